# How the scripts of this folder call a hub with curl: LOCKSTEP_URL is its address, LOCKSTEP_API_KEY a key of an administrator.
#
#   call STATUS OPERATION ADDRESS [BODY [OPTION OF CURL]...]
#
# prints a line: the status wanted, the status answered, the operation as the reference names it, the body sent, the answer; divided by tabs.
set -eu

: "${LOCKSTEP_URL:?the address of a hub, such as http://127.0.0.1:8080}" "${LOCKSTEP_API_KEY:?a key of an administrator}"

tab=$(printf '\t')
newline='
'
# An id in the right form that nothing has.
missing=ffffffffffffffffffffffff
# A name that no earlier run has used.
fresh() {
  printf '%s-%s-%s' "$1" "$$" "$(date +%s)"
}

call() {
  wanted=$1 operation=$2 address=$3 body=${4-}
  if [ $# -gt 4 ]; then shift 4; else shift $#; fi
  if [ -n "$body" ]; then set -- "$@" --data "$body"; fi
  whole=$(curl --silent --show-error --globoff --request "${operation%% *}" --write-out '\n%{http_code}' \
    --header 'Accept: application/json' --header 'Content-Type: application/json' \
    --header "x-api-key: $LOCKSTEP_API_KEY" "$@" "$LOCKSTEP_URL$address")
  answered=${whole##*"$newline"}
  reply=${whole%"$newline"*}
  printf '%s\n' "$wanted$tab$answered$tab$operation$tab$body$tab$reply"
}

# The first value of a property of the last answer, if it is a string.
field() {
  printf '%s' "$reply" | grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}
