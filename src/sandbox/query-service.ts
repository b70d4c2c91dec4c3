import type { ServiceName } from './dialect.ts';
import { queryParameters } from './front/operation.ts';
import { AwsFailure, type SandboxRequest, type SandboxService } from './http.ts';
import { maxMessageBytes, readAll } from './read-all.ts';
import { refusal } from './refusals.ts';
import { type Xml, xml, xmlDocument } from './xml.ts';

/** One operation of a Query service: its parameters in, the content of its `…Result` out. Throws AwsFailure. */
export type QueryOperation = (
  parameters: ReadonlyMap<string, string>,
  request: SandboxRequest,
) => Xml[] | Promise<Xml[]>;

/** A service of the Query protocol: a form with Action and Version in, XML out. */
export function queryService(options: {
  name: ServiceName;
  version: string;
  namespace: string;
  operations: Readonly<Record<string, QueryOperation>>;
}): SandboxService {
  return async (request) => {
    const body = await readAll(request.body, maxMessageBytes, () => refusal('query', 'too-large'));
    const parameters = queryParameters(request.method, [...request.query], body);
    const action = parameters.get('Action') ?? '';
    const version = parameters.get('Version') ?? '';
    const operation = Object.hasOwn(options.operations, action) ? options.operations[action] : undefined;
    if (operation === undefined || version !== options.version) {
      throw new AwsFailure(
        'InvalidAction',
        `Could not find operation ${action} for version ${version}: the sandbox does not offer it in ${options.name}.`,
        400,
      );
    }
    const result = await operation(parameters, request);
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: xmlDocument(
        xml(
          `${action}Response`,
          [xml(`${action}Result`, result), xml('ResponseMetadata', [xml('RequestId', request.requestId)])],
          options.namespace,
        ),
      ),
    };
  };
}
