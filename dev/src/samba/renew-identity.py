"""Gives the database of a stopped domain controller another identity (invocationId), as restoring it from a backup does, and lets its numbers
of changes go on beyond one (JSON on standard input says which)."""

import json
import sys
import uuid

import ldb
from samba.auth import system_session
from samba.dcerpc import misc
from samba.ndr import ndr_pack
from samba.param import LoadParm
from samba.samdb import SamDB


def highest_usn(directory):
    found = directory.search(base="", scope=ldb.SCOPE_BASE, attrs=["highestCommittedUSN"])
    return int(str(found[0]["highestCommittedUSN"]))


def replace(directory, dn, attribute, value, controls=None):
    message = ldb.Message(ldb.Dn(directory, dn))
    message[attribute] = ldb.MessageElement([value], ldb.FLAG_MOD_REPLACE, attribute)
    directory.modify(message, controls=controls)


def main():
    request = json.load(sys.stdin)
    parameters = LoadParm()
    parameters.load(request["configuration"])
    parameters.set("ldb:nosync", "true")
    directory = SamDB(url=request["database"], session_info=system_session(), lp=parameters)
    identity = ndr_pack(misc.GUID(str(uuid.uuid4())))
    replace(directory, directory.get_dsServiceName(), "invocationId", identity, ["relax:0"])
    guest = "CN=Guest,CN=Users,%s" % directory.domain_dn()
    while highest_usn(directory) <= request["beyondUsn"]:
        replace(directory, guest, "description", str(uuid.uuid4()).encode())


main()
