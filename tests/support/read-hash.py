"""Reads the password hash of one object over the replication protocol of a domain (MS-DRSR, IDL_DRSGetNCChanges), as a synchronization of hashes
does; whose and as whom stands in JSON on standard input. Prints it in hexadecimal digits, bound to the object's RID as it travels, so that the same
password gives the same digits; nothing when there is none."""

import hashlib
import json
import sys

from samba.credentials import DONT_USE_KERBEROS, Credentials
from samba.crypto import arcfour_crypt_blob
from samba.dcerpc import drsuapi, misc
from samba.drs_utils import drs_DsBind
from samba.param import LoadParm

NOBODY = misc.GUID("00000000-0000-0000-0000-000000000000")


def opened(blob, session_key):
    """What the session hides: sixteen bytes that make each time different, then, encrypted, a checksum and the hash."""
    key = hashlib.md5(session_key + blob[:16]).digest()
    return arcfour_crypt_blob(blob[16:], key)[4:]


def changes_of(dn, source):
    wanted = drsuapi.DsGetNCChangesRequest8()
    wanted.destination_dsa_guid = misc.GUID(source)
    wanted.source_dsa_invocation_id = misc.GUID(source)
    wanted.naming_context = drsuapi.DsReplicaObjectIdentifier()
    wanted.naming_context.dn = dn
    wanted.naming_context.guid = NOBODY
    wanted.uptodateness_vector = None
    wanted.replica_flags = drsuapi.DRSUAPI_DRS_INIT_SYNC | drsuapi.DRSUAPI_DRS_WRIT_REP
    wanted.max_object_count = 1
    wanted.max_ndr_size = 1_000_000
    wanted.extended_op = drsuapi.DRSUAPI_EXOP_REPL_OBJ
    wanted.partial_attribute_set = None
    wanted.partial_attribute_set_ex = None
    wanted.mapping_ctr.num_mappings = 0
    wanted.mapping_ctr.mappings = None
    return wanted


def main():
    request = json.load(sys.stdin)
    parameters = LoadParm()
    parameters.load(request["configuration"])
    credentials = Credentials()
    credentials.guess(parameters)
    credentials.set_username(request["username"])
    credentials.set_password(request["password"])
    credentials.set_domain(request["netbiosName"])
    credentials.set_kerberos_state(DONT_USE_KERBEROS)
    way = f"ncacn_ip_tcp:{request['address']}[{request['port']},seal]"
    connection = drsuapi.drsuapi(way, parameters, credentials)
    handle, _ = drs_DsBind(connection)
    _, answer = connection.DsGetNCChanges(handle, 8, changes_of(request["dn"], request["source"]))
    for attribute in answer.first_object.object.attribute_ctr.attributes:
        if attribute.attid == drsuapi.DRSUAPI_ATTID_unicodePwd:
            for value in attribute.value_ctr.values or []:
                print(opened(bytes(value.blob), connection.user_session_key).hex())


main()
