"""Adds and changes what an LDIF text says (in JSON on standard input) in a stopped domain, in one transaction."""

import json
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

request = json.load(sys.stdin)
parameters = LoadParm()
parameters.load(request["configuration"])
parameters.set("ldb:nosync", "true")
directory = SamDB(url=request["database"], session_info=system_session(), lp=parameters,
                  options=["batch_mode:1", "transaction_index_cache_size:200000"])
directory.transaction_start()
for kind, message in directory.parse_ldif(request["ldif"]):
    if kind in (ldb.CHANGETYPE_NONE, ldb.CHANGETYPE_ADD):
        directory.add(message)
    else:
        directory.modify(message)
directory.transaction_commit()
