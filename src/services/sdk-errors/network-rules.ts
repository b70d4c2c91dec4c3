import { cleanText } from '../clean-text.ts';
import { webPageError } from '../web-page.ts';
import {
  both,
  either,
  isFromProvider,
  named,
  type Rule,
  saying,
  type TranslateContext,
  type Verdict,
} from './rule.ts';

const isTls = either(
  saying(
    /self[- ]signed certificate|unable to (get|verify)( local)? issuer|certificate has expired|altnames?/i,
  ),
  named('SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED'),
  named(
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ),
);

const isThrottle = either(
  named(
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
  ),
  named(
    'TooManyRequestsException',
    'RequestLimitExceeded',
    'BandwidthLimitExceeded',
    'EC2ThrottledException',
  ),
  named('LimitExceededException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException'),
  named('SlowDown', 'TooManyUpdates'),
  (fields) => fields.status === 429,
  saying(/^Rate exceeded/i),
);

const network = (what: string, hint: string): Verdict => ({ kind: 'network', what, hint, retryable: true });

const way = ({ endpointUrl }: TranslateContext) =>
  endpointUrl
    ? `Is ${cleanText(endpointUrl)} running and reachable?`
    : 'Check the network, VPN and proxy; the program tries again by itself.';

const hostIn = (message: string) => {
  const host = /(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/.exec(message)?.[1];
  return host ? ` (${host})` : '';
};

/** The way there and back: names, connections, certificates, strangers in between, and servers that are too busy. */
export const networkRules: readonly Rule[] = [
  {
    when: isTls,
    verdict: (fields) => ({
      kind: 'network',
      what: `the certificate of the server is not trusted (${cleanText(fields.code || fields.message)})`,
      hint: 'A proxy that opens TLS? Point NODE_EXTRA_CA_CERTS at its certificate.',
    }),
  },
  {
    when: either(named('ENOTFOUND', 'EAI_AGAIN'), saying(/getaddrinfo (ENOTFOUND|EAI_AGAIN)/)),
    verdict: (fields, context) =>
      network(
        `the host name cannot be resolved${hostIn(fields.message)}`,
        context.endpointUrl ? way(context) : 'Check the network and the name of the region.',
      ),
  },
  {
    when: either(named('ECONNREFUSED'), saying(/connect ECONNREFUSED/)),
    verdict: (_, context) => network('the connection was refused', way(context)),
  },
  {
    when: either(named('ECONNRESET', 'EPIPE', 'ECONNABORTED'), saying(/socket hang up|^aborted$/)),
    verdict: (_, context) => network('the connection was cut', way(context)),
  },
  {
    when: named('EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'),
    verdict: (_, context) => network('the network cannot be reached', way(context)),
  },
  {
    when: named('TimeoutError', 'ETIMEDOUT', 'RequestTimeout', 'RequestTimeoutException'),
    verdict: (_, context) => network('no answer in time', way(context)),
  },
  {
    // A page of a proxy, a captive portal or another server where JSON or XML of AWS was due.
    when: both(
      either(named('SyntaxError', webPageError), saying(/Deserialization error/)),
      (fields) => !isFromProvider(fields),
    ),
    verdict: (fields) =>
      network(
        `something other than AWS answered${fields.status ? ` (HTTP ${fields.status})` : ''}`,
        'A proxy, a captive portal or a wrong --endpoint-url stands between; sign in there or go around it.',
      ),
  },
  {
    when: isThrottle,
    verdict: () => ({
      kind: 'throttled',
      what: 'AWS asks to slow down (throttled)',
      hint: 'The account is busy; the program waits longer between tries by itself.',
      retryable: true,
    }),
  },
  {
    when: either(
      named('InternalFailure', 'InternalError', 'InternalServerError', 'ServiceUnavailable'),
      named('ServiceUnavailableException', 'InternalServiceException', 'ServiceException'),
      (fields) => fields.status !== undefined && fields.status >= 500,
    ),
    verdict: (fields) => ({
      kind: 'unavailable',
      what: `AWS has a problem of its own${fields.status ? ` (HTTP ${fields.status})` : ''}`,
      hint: 'The program tries again by itself; see health.aws.amazon.com.',
      retryable: true,
    }),
  },
];
