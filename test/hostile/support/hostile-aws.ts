import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** What the account says: a text for a field of an answer. */
export type Say = (field: string) => string;

/** A build as the account has it. */
export type RawBuild = { uuid: string; status: string; startedAt: number };

export type HostileAws = {
  url: string;
  /** The builds of the one project; their texts are said anew at every answer. */
  builds: RawBuild[];
  /** Messages of the log's events, page by page; a page once given is given again for the same token. */
  pages: string[][];
  packages: { key: string; profile: string; modifiedAt: number }[];
  /** The parameter's value; absent where there is none. */
  record: string | undefined;
  /** Answered to every call but the ones that connecting needs, while set. */
  error: { status: number; type: string; message: string } | undefined;
  close(): Promise<void>;
};

export const project = 'claude-code-auth-windows-build';

/** An account that answers on the wire with what it is told to say, where a text stands in its answers. */
export async function startHostileAws(say: Say): Promise<HostileAws> {
  const server = createServer((request, response) => {
    void answer(request).then(({ status = 200, headers = {}, body }) => {
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const body = await readText(request);
    const target = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    if (target === '') return body.includes('Action=') ? query(body) : s3(request);
    const { error } = aws;
    if (error) return json({ __type: error.type, message: error.message }, error.status);
    return json(operations[target]?.(JSON.parse(body)) ?? {});
  };

  const query = (body: string): Answer => {
    const action = new URLSearchParams(body).get('Action') ?? '';
    const content =
      action === 'GetCallerIdentity'
        ? leaf('Arn', say('arn')) + leaf('UserId', say('userId')) + leaf('Account', say('account'))
        : tag(
            'Stacks',
            tag('member', leaf('StackName', 'stack') + tag('Outputs', outputs.map(outputXml).join(''))),
          );
    return { body: tag(`${action}Response`, tag(`${action}Result`, content)) };
  };
  const outputs = [
    ['ProjectName', project],
    ['BuildBucket', 'bucket'],
    ['DistributionBucket', 'bucket'],
    ['DistributionURL', ''],
  ] as const;
  const outputXml = ([key, value]: readonly [string, string]) =>
    tag('member', leaf('OutputKey', key) + leaf('OutputValue', value || say('output')));

  const s3 = (request: IncomingMessage): Answer => {
    const { error } = aws;
    const path = decodeURIComponent(String(request.url).replace(/\?.*$/, ''));
    if (error) {
      const body = tag('Error', leaf('Code', error.type) + leaf('Message', error.message));
      return { status: error.status, body };
    }
    if (request.method === 'HEAD') {
      const number = /packages\/(\d+)/.exec(path)?.[1];
      const found = aws.packages[Number(number)];
      const profile = found?.profile.replace(/[^\x20-\x7e\x80-\xff]/g, '') ?? '';
      return { headers: { 'x-amz-meta-profile': profile }, body: '' };
    }
    const contents = aws.packages.map(({ key, modifiedAt }) =>
      tag(
        'Contents',
        leaf('Key', key) + leaf('LastModified', new Date(modifiedAt).toISOString()) + leaf('Size', '4096'),
      ),
    );
    return {
      body: `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    };
  };

  const buildJson = ({ uuid, status, startedAt }: RawBuild) => ({
    id: `${project}:${uuid}`,
    arn: say('arn'),
    buildNumber: say('number'),
    timeoutInMinutes: say('timeout'),
    buildStatus: status,
    currentPhase: status === 'IN_PROGRESS' ? say('currentPhase') : 'COMPLETED',
    startTime: startedAt / 1000,
    ...(status === 'IN_PROGRESS' ? {} : { endTime: startedAt / 1000 + 60 }),
    initiator: say('initiator'),
    resolvedSourceVersion: say('version'),
    source: { type: 'S3', location: `bucket/${say('source')}` },
    environment: { type: 'WINDOWS_SERVER_2022_CONTAINER', computeType: say('compute'), image: say('image') },
    artifacts: { location: say('artifact'), sha256sum: say('sha256'), md5sum: say('md5') },
    logs: { groupName: `group${say('group')}`, streamName: `stream${say('stream')}` },
    phases: [
      { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED', startTime: startedAt / 1000, durationInSeconds: 0 },
      {
        phaseType: 'BUILD',
        phaseStatus: status === 'IN_PROGRESS' ? say('phaseStatus') : status,
        startTime: startedAt / 1000,
        durationInSeconds: say('seconds'),
        contexts: [{ statusCode: say('code'), message: say('context') }],
      },
      { phaseType: say('phase'), phaseStatus: 'SUCCEEDED', startTime: startedAt / 1000 },
    ],
  });

  const operations: Record<string, (input: Record<string, unknown>) => unknown> = {
    ListBuildsForProject: () => ({ ids: aws.builds.map(({ uuid }) => `${project}:${uuid}`) }),
    BatchGetBuilds: ({ ids }) => ({
      builds: aws.builds
        .filter(({ uuid }) => (ids as string[]).some((id) => id.startsWith(`${project}:${uuid.slice(0, 8)}`)))
        .map(buildJson),
    }),
    StartBuild: () => ({ build: buildJson({ uuid: 'new', status: 'IN_PROGRESS', startedAt: logTime }) }),
    StopBuild: () => ({ build: buildJson({ uuid: 'new', status: 'STOPPED', startedAt: logTime }) }),
    BatchGetProjects: () => ({
      projects: [{ name: project, source: { type: 'S3', location: `bucket/${say('source')}` } }],
    }),
    GetLogEvents: ({ nextToken }) => {
      const at = nextToken === undefined ? 0 : Number(nextToken);
      const page = aws.pages[at];
      return {
        events: (page ?? []).map((message, index) => ({
          // What is no time at all, now and then.
          timestamp: index % 7 === 3 ? [9e15, message, {}][index % 3] : logTime + at * 1000 + index,
          message,
        })),
        nextForwardToken: String(page ? at + 1 : at),
      };
    },
    GetParameter: () => ({ Parameter: { Name: 'x', Type: 'SecureString', Version: 3, Value: aws.record } }),
  };

  const aws: HostileAws = {
    url: '',
    builds: [],
    pages: [],
    packages: [],
    record: undefined,
    error: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  aws.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return aws;
}

/** Stamp of the log's first event, epoch milliseconds. */
const logTime = Date.UTC(2026, 10, 20, 9, 30);

type Answer = { status?: number; headers?: Record<string, string>; body: string };

const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
});

const tag = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** An element with a text, whose controls stand as they are: no XML may hold them, and a hostile server sends them. */
const leaf = (name: string, text: string): string =>
  tag(
    name,
    text
      .replace(/\p{Cs}/gu, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;'),
  );
