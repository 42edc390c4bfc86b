"""Performs LDAP operations as one account over LDAPS and prints, for each, its result code and how many entries came."""

import json
import sys

import ldb
import samba
from samba.credentials import DONT_USE_KERBEROS, Credentials
from samba.param import LoadParm

HOW = {"add": ldb.FLAG_MOD_ADD, "replace": ldb.FLAG_MOD_REPLACE, "delete": ldb.FLAG_MOD_DELETE}


def encoded(name, value):
    if name == "unicodePwd":
        return ('"%s"' % value).encode("utf-16-le")
    return value.encode()


def perform(connection, operation):
    kind, dn = operation["kind"], operation["dn"]
    if kind == "search":
        found = connection.search(base=dn, scope=ldb.SCOPE_SUBTREE, expression=operation["filter"],
                                  attrs=operation.get("attributes", ["sAMAccountName"]),
                                  controls=operation.get("controls", []))
        return len(found)
    if kind == "add":
        connection.add({"dn": dn, **{name: encoded(name, value) for name, value in operation["attributes"].items()}})
    elif kind == "modify":
        message = ldb.Message(ldb.Dn(connection, dn))
        for name, value in operation["attributes"].items():
            message[name] = ldb.MessageElement(encoded(name, value), HOW[operation.get("how", "replace")], name)
        connection.modify(message)
    elif kind == "rename":
        connection.rename(dn, operation["to"])
    elif kind == "delete":
        connection.delete(dn)
    else:
        raise ValueError(kind)
    return 0


def main():
    request = json.load(sys.stdin)
    parameters = LoadParm()
    parameters.load(request["configuration"])
    # Samba's client checks names only, no addresses; that both are checked is another test's business.
    parameters.set("tls verify peer", "ca_only")
    credentials = Credentials()
    credentials.guess(parameters)
    credentials.set_kerberos_state(DONT_USE_KERBEROS)
    credentials.set_bind_dn(request["account"]["dn"])
    credentials.set_password(request["account"]["password"])
    connection = samba.Ldb(url=request["url"], lp=parameters, credentials=credentials)
    results = []
    for operation in request["operations"]:
        try:
            results.append({"code": 0, "count": perform(connection, operation)})
        except ldb.LdbError as error:
            results.append({"code": error.args[0], "count": 0, "message": error.args[1]})
    json.dump(results, sys.stdout)


main()
