#!/bin/sh
# Documented calls about commands on devices, of which the hub has nothing.
# Lists are empty, single things are not found, changes are refused.
. "$(dirname "$0")/call.sh"

call 501 'POST /api/command/trigger/{triggername}' "/api/command/trigger/$missing"
call 501 'POST /api/command/trigger/{triggername}' "/api/command/trigger/$missing" '{"srcip":"sample","attack":"sample"}'

call 200 'GET /api/commandresults' /api/commandresults
call 501 'DELETE /api/commandresults/{id}' "/api/commandresults/$missing"
call 404 'GET /api/commandresults/{id}' "/api/commandresults/$missing"

call 200 'GET /api/commands' /api/commands/
call 501 'POST /api/commands' /api/commands/ '{"name":"Sample","command":"sample","user":"sample","schedule":"sample","timeout":"sample"}'
call 501 'DELETE /api/commands/{id}' "/api/commands/$missing"
call 404 'GET /api/commands/{id}' "/api/commands/$missing"
call 501 'PUT /api/commands/{id}' "/api/commands/$missing" '{"name":"Sample","command":"sample","user":"sample","schedule":"sample","timeout":"sample"}'
call 200 'GET /api/commands/{id}/results' "/api/commands/$missing/results"

call 404 'GET /api/files/command/{id}' "/api/files/command/$missing"

call 501 'POST /api/runCommand' /api/runCommand '{"_id":"ffffffffffffffffffffffff","systemIds":["ffffffffffffffffffffffff"]}'

call 200 'GET /api/v2/commands/{command_id}/associations' "/api/v2/commands/$missing/associations?targets=system_group"
call 501 'POST /api/v2/commands/{command_id}/associations' "/api/v2/commands/$missing/associations" '{"op":"add","type":"system_group","id":"ffffffffffffffffffffffff"}'
call 200 'GET /api/v2/commands/{command_id}/systemgroups' "/api/v2/commands/$missing/systemgroups"
call 200 'GET /api/v2/commands/{command_id}/systems' "/api/v2/commands/$missing/systems"

call 200 'GET /api/v2/queuedcommand/workflows' /api/v2/queuedcommand/workflows

call 501 'DELETE /api/v2/commandqueue/{workflow_instance_id}' "/api/v2/commandqueue/$missing"
