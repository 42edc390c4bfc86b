#!/bin/sh
# Documented calls about groups of users, and about all groups.
. "$(dirname "$0")/call.sh"
grace=$(fresh grace)

call 200 'POST /api/systemusers' /api/systemusers "{\"username\":\"$grace\",\"email\":\"$grace@example.com\"}"
user=$(field _id)
call 200 'GET /api/v2/groups' /api/v2/groups
call 200 'GET /api/v2/usergroups' /api/v2/usergroups
call 201 'POST /api/v2/usergroups' /api/v2/usergroups "{\"name\":\"$(fresh compilers)\"}"
group=$(field id)
call 200 'GET /api/v2/usergroups/{id}' "/api/v2/usergroups/$group"
call 200 'PUT /api/v2/usergroups/{id}' "/api/v2/usergroups/$group" "{\"name\":\"$(fresh debuggers)\"}"
call 204 'POST /api/v2/usergroups/{group_id}/members' "/api/v2/usergroups/$group/members" \
  "{\"op\":\"add\",\"type\":\"user\",\"id\":\"$user\"}"
call 409 'POST /api/v2/usergroups/{group_id}/members' "/api/v2/usergroups/$group/members" \
  "{\"op\":\"add\",\"type\":\"user\",\"id\":\"$user\"}"
call 200 'GET /api/v2/usergroups/{group_id}/members' "/api/v2/usergroups/$group/members"
call 200 'GET /api/v2/usergroups/{group_id}/membership' "/api/v2/usergroups/$group/membership"

# An administrator's program enrols systems; nothing documented makes one.
call 201 'POST /hub/v1/systems' /hub/v1/systems "{\"hostname\":\"$(fresh mark-2)\"}"
system=$(field id)
call 204 'POST /api/v2/usergroups/{group_id}/associations' "/api/v2/usergroups/$group/associations" \
  "{\"op\":\"add\",\"type\":\"system\",\"id\":\"$system\"}"
call 200 'GET /api/v2/usergroups/{group_id}/associations' "/api/v2/usergroups/$group/associations?targets=system"
for kind in activedirectories applications directories systemgroups systems; do
  call 200 "GET /api/v2/usergroups/{group_id}/$kind" "/api/v2/usergroups/$group/$kind"
done
for kind in gsuites ldapservers office365s policies policygroups radiusservers; do
  call 200 "GET /api/v2/usergroups/{group_id}/$kind" "/api/v2/usergroups/$group/$kind"
done

call 201 'POST /api/v2/usergroups' /api/v2/usergroups \
  "{\"name\":\"$(fresh reviewed)\",\"membershipMethod\":\"DYNAMIC_REVIEW_REQUIRED\",\"memberQuery\":{\"queryType\":\"FilterQuery\",\"filters\":[{\"field\":\"username\",\"operator\":\"eq\",\"value\":\"$grace\"}]}}"
reviewed=$(field id)
call 200 'GET /api/v2/usergroups/{group_id}/suggestions' "/api/v2/usergroups/$reviewed/suggestions"
call 200 'POST /api/v2/usergroups/{group_id}/suggestions' "/api/v2/usergroups/$reviewed/suggestions" \
  "{\"user_ids\":[\"$user\"]}"
# The example of this operation is a PUT.
call 200 'PUT /api/v2/usergroups/{group_id}/suggestions' "/api/v2/usergroups/$reviewed/suggestions" \
  "{\"user_ids\":[\"$user\"]}"

call 204 'DELETE /api/v2/usergroups/{id}' "/api/v2/usergroups/$group"
call 404 'GET /api/v2/usergroups/{id}' "/api/v2/usergroups/$group"
