"""Writes a directory seed (JSON on standard input) into a stopped domain, in one transaction."""

import json
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

DACL_ONLY = "sd_flags:1:4"


def open_directory(configuration, database):
    parameters = LoadParm()
    parameters.load(configuration)
    # Nobody reads the files before the whole seed is in; a crash means starting over.
    parameters.set("ldb:nosync", "true")
    return SamDB(url=database, session_info=system_session(), lp=parameters)


def quoted(password):
    return ('"%s"' % password).encode("utf-16-le")


def add(directory, entry):
    message = {"dn": entry["dn"], **entry["attributes"]}
    if "password" in entry:
        message["unicodePwd"] = quoted(entry["password"])
    directory.add(message)
    if entry.get("isProtected"):
        protect(directory, entry["dn"])


def access_list(directory, dn):
    found = directory.search(base=dn, scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"],
                             controls=[DACL_ONLY, "show_deleted:1"])
    return ndr_unpack(security.descriptor, found[0]["nTSecurityDescriptor"][0])


def write_access_list(directory, dn, descriptor):
    message = ldb.Message(ldb.Dn(directory, dn))
    message["nTSecurityDescriptor"] = ldb.MessageElement(ndr_pack(descriptor), ldb.FLAG_MOD_REPLACE,
                                                         "nTSecurityDescriptor")
    directory.modify(message, controls=[DACL_ONLY, "show_deleted:1"])


def protect(directory, dn):
    """Does what Active Directory does every hour to members of protected groups; Samba has no such task."""
    template = access_list(directory, "CN=AdminSDHolder,CN=System,%s" % directory.domain_dn())
    template.type |= security.SEC_DESC_DACL_PROTECTED
    write_access_list(directory, dn, template)


def grant(directory, wanted):
    found = directory.search(scope=ldb.SCOPE_SUBTREE, attrs=["objectSid"],
                             expression="(sAMAccountName=%s)" % ldb.binary_encode(wanted["accountName"]))
    sid = str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))
    descriptor = access_list(directory, wanted["dn"])
    domain_sid = security.dom_sid(directory.get_domain_sid())
    for entry in wanted["entries"]:
        parsed = security.descriptor.from_sddl("D:" + entry.replace("{sid}", sid), domain_sid)
        descriptor.dacl_add(parsed.dacl.aces[0])
    write_access_list(directory, wanted["dn"], descriptor)


def set_members(directory, dn, members):
    message = ldb.Message(ldb.Dn(directory, dn))
    message["member"] = ldb.MessageElement([member.encode() for member in members], ldb.FLAG_MOD_ADD, "member")
    directory.modify(message)


def main():
    request = json.load(sys.stdin)
    seed = request["seed"]
    directory = open_directory(request["configuration"], request["database"])
    directory.transaction_start()
    directory.setpassword("(sAMAccountName=Administrator)", seed["administratorPassword"])
    directory.toggle_userAccountFlags("(sAMAccountName=Administrator)", 0x10000, flags_str="no expiry", on=True)
    for kind in ("containers", "accounts"):
        for entry in seed[kind]:
            add(directory, entry)
    for wanted in seed["grants"]:
        grant(directory, wanted)
    for kind in ("people", "groups"):
        for entry in seed[kind]:
            add(directory, entry)
    for group in seed["members"]:
        set_members(directory, group["dn"], group["members"])
    directory.transaction_commit()


main()
