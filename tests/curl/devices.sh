#!/bin/sh
# Documented calls about systems and groups of systems.
. "$(dirname "$0")/call.sh"
mary=$(fresh mary)

call 200 'POST /api/systemusers' /api/systemusers "{\"username\":\"$mary\",\"email\":\"$mary@example.com\"}"
user=$(field _id)
# An administrator's program enrols systems; nothing documented makes one.
call 201 'POST /hub/v1/systems' /hub/v1/systems "{\"hostname\":\"$(fresh cave)\"}"
system=$(field id)
call 200 'GET /api/systems' /api/systems
call 200 'GET /api/systems/{id}' "/api/systems/$system"
call 200 'PUT /api/systems/{id}' "/api/systems/$system" \
  '{"displayName":"Cave","allowSshPasswordAuthentication":"true","allowSshRootLogin":"true","allowMultiFactorAuthentication":"true","allowPublicKeyAuthentication":"false","attributes":[{"name":"room","value":"7"}]}'
call 204 'POST /api/v2/systems/{system_id}/associations' "/api/v2/systems/$system/associations" \
  "{\"attributes\":{\"sudo\":{\"enabled\":true,\"withoutPassword\":false}},\"op\":\"add\",\"type\":\"user\",\"id\":\"$user\"}"
call 200 'GET /api/v2/systems/{system_id}/associations' "/api/v2/systems/$system/associations?targets=user"
for kind in memberof usergroups users; do
  call 200 "GET /api/v2/systems/{system_id}/$kind" "/api/v2/systems/$system/$kind"
done
for kind in commands policies policygroups policystatuses softwareappstatuses; do
  call 200 "GET /api/v2/systems/{system_id}/$kind" "/api/v2/systems/$system/$kind"
done
# The hub does not reach into devices.
for order in erase lock restart shutdown; do
  call 501 "POST /api/systems/{system_id}/command/builtin/$order" "/api/systems/$system/command/builtin/$order" '{}'
done
call 501 'GET /api/v2/systems/{systemObjectId}/aggregated-policy-stats' "/api/v2/systems/$system/aggregated-policy-stats"
call 501 'GET /api/v2/systems/views' /api/v2/systems/views
call 501 'POST /api/v2/systems/views' /api/v2/systems/views

call 200 'GET /api/v2/systemgroups' /api/v2/systemgroups
call 201 'POST /api/v2/systemgroups' /api/v2/systemgroups "{\"name\":\"$(fresh caves)\"}"
group=$(field id)
call 200 'GET /api/v2/systemgroups/{id}' "/api/v2/systemgroups/$group"
call 200 'PUT /api/v2/systemgroups/{id}' "/api/v2/systemgroups/$group" "{\"name\":\"$(fresh grottoes)\"}"
call 204 'POST /api/v2/systemgroups/{group_id}/members' "/api/v2/systemgroups/$group/members" \
  "{\"op\":\"add\",\"type\":\"system\",\"id\":\"$system\"}"
call 204 'POST /api/v2/systemgroups/{group_id}/associations' "/api/v2/systemgroups/$group/associations" \
  "{\"op\":\"add\",\"type\":\"user\",\"id\":\"$user\"}"
call 200 'GET /api/v2/systemgroups/{group_id}/associations' "/api/v2/systemgroups/$group/associations?targets=user"
for kind in members membership usergroups users suggestions; do
  call 200 "GET /api/v2/systemgroups/{group_id}/$kind" "/api/v2/systemgroups/$group/$kind"
done
for kind in commands policies policygroups; do
  call 200 "GET /api/v2/systemgroups/{group_id}/$kind" "/api/v2/systemgroups/$group/$kind"
done
call 200 'POST /api/v2/systemgroups/{group_id}/suggestions' "/api/v2/systemgroups/$group/suggestions" \
  "{\"object_ids\":[\"$system\"]}"
# The example of this operation is a PUT.
call 200 'PUT /api/v2/systemgroups/{group_id}/suggestions' "/api/v2/systemgroups/$group/suggestions" \
  "{\"object_ids\":[\"$system\"]}"
call 204 'DELETE /api/v2/systemgroups/{id}' "/api/v2/systemgroups/$group"
call 200 'DELETE /api/systems/{id}' "/api/systems/$system"
