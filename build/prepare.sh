#!/usr/bin/env bash
# Makes this machine ready for the tests: a C compiler for the race detector,
# Chromium for the tests in a browser, and strace for those with a failing disk.
# With apt and the right to use it, what is missing is installed; otherwise it is
# named, exit code 1.
set -euo pipefail

has_compiler() {
	local cc
	cc=$(go env CC)
	command -v "${cc%% *}" >/dev/null
}

# The names that chromedp looks for, in its order: it starts the first that is
# there, and that one must run (some systems have a stub by this name).
has_chromium() {
	local name
	for name in headless_shell headless-shell chromium chromium-browser google-chrome google-chrome-stable \
		google-chrome-beta google-chrome-unstable; do
		if command -v "$name" >/dev/null; then
			"$name" --version >/dev/null 2>&1
			return
		fi
	done
	[[ -d "/Applications/Chromium.app" || -d "/Applications/Google Chrome.app" ]]
}

as_root() {
	if [[ $EUID -eq 0 ]]; then "$@"; else sudo -n "$@"; fi
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" </dev/null
}

# strace fails a sync on purpose and counts them: Linux only, as the tests that
# use it.
has_strace() { [[ $(uname) != Linux ]] || command -v strace >/dev/null; }

need=()
has_compiler || need+=(gcc libc6-dev)
has_chromium || need+=(chromium)
has_strace || need+=(strace)
[[ ${#need[@]} -eq 0 ]] && exit

if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
	echo "The tests need ${need[*]}. Install that first: apt-get is not here, or needs a password." >&2
	exit 1
fi
echo "Installing ${need[*]} for the tests."
as_root apt-get update </dev/null
apt_install "${need[@]}" || {
	echo "The tests need ${need[*]}, and apt-get could not install that: see above." >&2
	exit 1
}
# Good to have: text and emoji that are no boxes in pictures, and the sandbox
# for those who are not root. Every test runs without them.
for extra in fonts-liberation fonts-noto-color-emoji chromium-sandbox; do
	apt_install "$extra" || echo "$extra could not be installed: the tests run without it." >&2
done

has_compiler && has_chromium && has_strace || {
	echo "apt-get installed ${need[*]}, but not all of it is found in PATH." >&2
	exit 1
}
