import { fits, type Pattern } from './pattern.ts';

/**
 * Actions of S3 on a general purpose bucket that a bucket policy may name (Service Authorization Reference, "Actions,
 * resources, and condition keys for Amazon S3"), in lower case. Those of calls that the sandbox does not offer are
 * known so that a policy written for AWS is taken as it is.
 */
const onBuckets = new Set(
  `createbucket deletebucket deletebucketpolicy deletebucketwebsite getaccelerateconfiguration
getanalyticsconfiguration getbucketacl getbucketcors getbucketlocation getbucketlogging getbucketnotification
getbucketobjectlockconfiguration getbucketownershipcontrols getbucketpolicy getbucketpolicystatus
getbucketpublicaccessblock getbucketrequestpayment getbuckettagging getbucketversioning getbucketwebsite
getencryptionconfiguration getintelligenttieringconfiguration getinventoryconfiguration getlifecycleconfiguration
getmetricsconfiguration getreplicationconfiguration listbucket listbucketmultipartuploads listbucketversions
putaccelerateconfiguration putanalyticsconfiguration putbucketacl putbucketcors putbucketlogging
putbucketnotification putbucketobjectlockconfiguration putbucketownershipcontrols putbucketpolicy
putbucketpublicaccessblock putbucketrequestpayment putbuckettagging putbucketversioning putbucketwebsite
putencryptionconfiguration putintelligenttieringconfiguration putinventoryconfiguration putlifecycleconfiguration
putmetricsconfiguration putreplicationconfiguration tagresource untagresource listtagsforresource`.split(
    /\s+/,
  ),
);

const onObjects = new Set(
  `abortmultipartupload bypassgovernanceretention deleteobject deleteobjecttagging deleteobjectversion
deleteobjectversiontagging getobject getobjectacl getobjectattributes getobjectlegalhold getobjectretention
getobjecttagging getobjecttorrent getobjectversion getobjectversionacl getobjectversionattributes
getobjectversionforreplication getobjectversiontagging getobjectversiontorrent initiatereplication
listmultipartuploadparts objectowneroverridetobucketowner putobject putobjectacl putobjectlegalhold
putobjectretention putobjecttagging putobjectversionacl putobjectversiontagging replicatedelete replicateobject
replicatetags restoreobject updateobjectencryption`.split(/\s+/),
);

/** On what the actions of a pattern in lower case work; neither for a pattern that names none. */
export function scopeOf(pattern: Pattern): { buckets: boolean; objects: boolean } {
  const named = (actions: ReadonlySet<string>) => [...actions].some((name) => fits(pattern, `s3:${name}`));
  return { buckets: named(onBuckets), objects: named(onObjects) };
}
