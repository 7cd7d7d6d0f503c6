#!/usr/bin/env bash
# Runs every test, with the race detector where there is something to find. The
# reliability tests measure, so they come alone, when all others are done and
# nothing is left to compile. Whatever fails, the rest runs too; the exit code is
# 1 then. Arguments go to every go test.
set -euo pipefail
cd "$(dirname "$0")/.."

# What is missing fails the tests that need it.
export CYBERCHAT_NEED_BROWSER=1 CYBERCHAT_NEED_TOOLS=1

code=0
run() {
	echo "$*"
	"$@" || code=1
}

alone=cyberchat/server/reliability
rest=$(go list ./... | grep -vFx "$alone")

# shellcheck disable=SC2086 # the paths of packages have no spaces
run env CGO_ENABLED=1 go test -race -timeout 12m "$@" $rest
run env CGO_ENABLED=1 go test -race -timeout 12m "$@" "$alone"
# The style guide is in development builds only, and no file of the worker's.
run go test -tags dev -run 'StyleGuide|Worker' "$@" ./app/ui ./server/httpd
# The benchmark runs on Linux only. Go does not see that its tests build the
# server, and would take an earlier result.
[[ $(uname) != Linux ]] || run go -C build/bench test -count 1 "$@" ./...
exit $code
