"""The few functions that an emitted shell script may need, as source. Owns their text; nothing else."""

HEAD = """
set -euo pipefail
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=json
"""

STEP = """
current=start
errors=$(mktemp)

# Says at the end, if something went wrong, in which step.
finish() {
  local status=$?
  rm -f "$errors"
  ((status == 0)) || echo "step $current failed with status $status" >&2
}
trap finish EXIT

# Says which step begins.
step() {
  current=$1
  echo "-- $current" >&2
}
"""

PARTS: dict[str, str] = {
    "json": r"""
# A text as a JSON string.
json() {
  local text=$1 slash='\' quote='"' code letter
  text=${text//"$slash"/"$slash$slash"}
  text=${text//"$quote"/"$slash$quote"}
  if [[ $text == *[[:cntrl:]]* ]]; then
    for code in {1..31}; do
      printf -v letter "$slash$(printf '%03o' "$code")"
      text=${text//"$letter"/"$slash"u00$(printf '%02x' "$code")}
    done
  fi
  printf '"%s"' "$text"
}
""",
    "tame": r"""
# The plain text of an answer that is to become an argument. aws would read file://... from that file,
# and take -... for an option, so an answer of that kind is not passed on.
tame() {
  local text=$1
  case $text in
    '' | null) echo 'the answer has no such value' >&2; return 1 ;;
    '"'*'"') text=${text:1:${#text}-2} ;;
  esac
  case $text in
    *[\\\"]* | -[!0-9]* | [[{]* | file://* | fileb://* | http://* | https://*)
      echo "the answer is not fit to be an argument: $text" >&2; return 1 ;;
  esac
  printf '%s' "$text"
}
""",
    "value": """
# The one value that a command answers.
value() {
  local answer
  answer=$("$@") || return
  tame "$answer"
}
""",
    "take": r"""
# Puts the elements of a JSON list, read as aws lays it out, into the named variables, one each:
# as they are where the name ends in _json, else as plain text.
take() {
  local name line element
  IFS= read -r line
  for name; do
    IFS= read -r element
    case $element in
      '    [' | '    {')
        while IFS= read -r line; do
          element+=$line
          case $line in '    ]'* | '    }'*) break ;; esac
        done ;;
    esac
    element=${element#    }
    element=${element%,}
    case $name in
      _) continue ;;
      *_json | *_json\[*) ;;
      *) element=$(tame "$element") || return ;;
    esac
    printf -v "$name" '%s' "$element"
  done
}
""",
    "list": """
# Plain texts as a JSON list.
list() {
  local all='' text
  for text; do all+="${all:+, }\\"$text\\""; done
  printf '[%s]' "$all"
}
""",
    "items": """
# JSON values as one JSON list, those that are null left out.
items() {
  local all='' item
  for item; do
    [[ $item == null ]] || all+="${all:+, }$item"
  done
  printf '[%s]' "$all"
}
""",
    "concat": """
# Several JSON lists as one.
concat() {
  local all='' items
  for items; do
    items=${items#'['}
    items=${items%']'}
    [[ ! $items =~ [^[:space:]] || $items == null ]] || all+="${all:+, }$items"
  done
  printf '[%s]' "$all"
}
""",
    "code": """
# Whether the error that a command left in $errors is one of these, written A|B.
is_error() {
  [[ "$(< "$errors")" =~ \\(([A-Za-z0-9._-]+)\\) && "|$1|" == *"|${BASH_REMATCH[1]}|"* ]]
}
""",
    "tolerate": """
# Runs a command; an error with one of these codes means that its work is done already.
tolerate() {
  local codes=$1
  shift
  "$@" 2> "$errors" && return
  is_error "$codes" && return
  cat "$errors" >&2
  return 1
}
""",
    "await": """
# await SECONDS [again=CODES] [good=CODES] COMMAND: asks, ever more slowly, until the answer (of a list:
# its first element) is true, or one of the errors in `good` comes; "failed" ends it.
await() {
  local deadline=$((SECONDS + $1)) again='' good='' pauses=(0.2 0.5 1 2 3 5) n=0 answer verdict
  shift
  for ((; $#; )); do
    case $1 in
      again=*) again=${1#again=} ;;
      good=*) good=${1#good=} ;;
      *) break ;;
    esac
    shift
  done
  while true; do
    if answer=$("$@" 2> "$errors"); then
      verdict=${answer%%$'\\n'*}
      if [[ $verdict == '[' ]]; then
        verdict=${answer#*$'\\n'}
        verdict=${verdict%%$'\\n'*}
        verdict=${verdict#    }
      fi
      case ${verdict%,} in
        '"failed"') echo 'it came into a state that it will not leave' >&2; return 1 ;;
        false | null | '""' | '[]' | '{}' | '') ;;
        *) printf '%s\\n' "$answer"; return ;;
      esac
    elif is_error "$good"; then
      return
    elif ! is_error "$again"; then
      cat "$errors" >&2
      return 1
    fi
    ((SECONDS < deadline)) || { echo 'it did not happen in time' >&2; return 1; }
    sleep "${pauses[n]}"
    n=$((n < 5 ? n + 1 : n))
  done
}
""",
}
"""By name, in the order in which they stand in a script."""

NEEDS: dict[str, tuple[str, ...]] = {
    "value": ("tame",),
    "take": ("tame",),
    "tolerate": ("code",),
    "await": ("code",),
}
"""Which functions a function calls."""
