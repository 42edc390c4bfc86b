#!/bin/sh
# Documented calls that search.
. "$(dirname "$0")/call.sh"
users=/api/search/systemusers
systems=/api/search/systems
commands=/api/search/commands

call 200 'POST /api/search/systemusers' $users '{"filter":[{"department":"Sales"}],"fields":"email username sudo"}'
call 200 'POST /api/search/systemusers' $users \
  '{"searchFilter":{"searchTerm":"@example.com","fields":["email"]},"fields":"email username sudo"}'
call 200 'POST /api/search/systemusers' $users \
  '{"searchFilter":{"searchTerm":["ada","grace"],"fields":["username"]},"fields":"email username sudo"}'
call 200 'POST /api/search/systemusers' $users \
  '{"searchFilter":{"searchTerm":"@example.com","fields":["email"]},"filter":{"or":[{"department":"Sales"},{"department":"Law"}]},"fields":"email username sudo"}'

call 200 'POST /api/search/systems' $systems \
  '{"filter":{"or":[{"hostname":"bench-1"},{"hostname":"bench-2"}]},"fields":"os hostname displayName"}'
call 200 'POST /api/search/systems' $systems \
  '{"searchFilter":{"searchTerm":"bench","fields":["hostname","displayName"]},"fields":"os hostname displayName"}'
call 200 'POST /api/search/systems' $systems \
  '{"searchFilter":{"searchTerm":["bench","desk"],"fields":["hostname"]},"fields":"os hostname displayName"}'
call 200 'POST /api/search/systems' $systems \
  '{"searchFilter":{"searchTerm":"bench","fields":["hostname","displayName"]},"filter":{"or":[{"os":"Debian"},{"os":"Fedora"}]},"fields":"os hostname displayName"}'

call 200 'POST /api/search/organizations' /api/search/organizations \
  '{"search":{"fields":["settings.name"],"searchTerm":"Acme"},"fields":["_id","displayName","logoUrl"],"limit":0,"skip":0}'

# The hub has no commands: nothing is found.
call 200 'POST /api/search/commands' $commands '{"filter":[{"launchType":"manual"}],"fields":"name launchType sudo"}'
call 200 'POST /api/search/commands' $commands \
  '{"searchFilter":{"searchTerm":"Clean","fields":["name"]},"fields":"name launchType sudo"}'
call 200 'POST /api/search/commands' $commands \
  '{"searchFilter":{"searchTerm":["Clean","Count"],"fields":["name"]},"fields":"name launchType sudo"}'
call 200 'POST /api/search/commands' $commands \
  '{"searchFilter":{"searchTerm":"Clean","fields":["name"]},"filter":{"or":[{"launchType":"manual"},{"launchType":"trigger"}]},"fields":"name launchType sudo"}'
call 200 'POST /api/search/commandresults' /api/search/commandresults \
  "{\"filter\":\"workflowInstanceId:\$eq:$missing\",\"fields\":\"name workflowId sudo\"}"
