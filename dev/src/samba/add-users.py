"""Adds many plain users (JSON on standard input says how many and where) to a stopped domain and prints their names."""

import json
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

MEMBERS_AT_ONCE = 1000


def main():
    request = json.load(sys.stdin)
    parameters = LoadParm()
    parameters.load(request["configuration"])
    parameters.set("ldb:nosync", "true")
    directory = SamDB(url=request["database"], session_info=system_session(), lp=parameters,
                      options=["batch_mode:1", "transaction_index_cache_size:200000"])
    container = request["containerDn"]
    directory.transaction_start()
    # In batch mode one refused operation undoes the transaction, so nothing may be tried.
    present = directory.search(base=directory.domain_dn(), scope=ldb.SCOPE_SUBTREE, attrs=["1.1"],
                               expression="(&(objectClass=user)(sAMAccountName=%s-*))" % request["namePrefix"])
    first = 1 + len(present)
    if not directory.search(base=directory.domain_dn(), scope=ldb.SCOPE_SUBTREE, attrs=["1.1"],
                            expression="(distinguishedName=%s)" % ldb.binary_encode(container)):
        directory.add({"dn": container, "objectClass": "organizationalUnit"})
    names = ["%s-%06d" % (request["namePrefix"], number) for number in range(first, first + request["count"])]
    dns = ["CN=%s,%s" % (name, container) for name in names]
    for number, (name, dn) in enumerate(zip(names, dns), first):
        directory.add({
            "dn": dn,
            "objectClass": "user",
            "sAMAccountName": name,
            "userPrincipalName": "%s@%s" % (name, request["dnsDomain"]),
            "userAccountControl": "512" if request["enabled"] else "514",
            "givenName": "User",
            "sn": "Number %d" % number,
            "displayName": "User Number %d" % number,
            "mail": "%s@%s" % (name, request["dnsDomain"]),
            "employeeID": "%s%d" % (request["namePrefix"][:1].upper(), number),
        })
    for start in range(0, len(dns), MEMBERS_AT_ONCE):
        message = ldb.Message(ldb.Dn(directory, request["groupDn"]))
        part = [dn.encode() for dn in dns[start:start + MEMBERS_AT_ONCE]]
        message["member"] = ldb.MessageElement(part, ldb.FLAG_MOD_ADD, "member")
        directory.modify(message)
    directory.transaction_commit()
    json.dump(names, sys.stdout)


main()
