#!/usr/bin/env bash
# Makes this machine ready for the tests: a C compiler for the race detector,
# Chromium for the tests in a browser, axe-core to judge what it shows, and strace
# for those with a failing disk. With apt and the right to use it, what is missing
# is installed; otherwise it is named, exit code 1. axe-core comes from npm.
set -euo pipefail
cd "$(dirname "$0")/.."

# The version of axe-core, and the SHA-256 of what is used of it.
axe_version=4.14.1
axe_sum=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
axe=build/out/axe.min.js

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

sum_of() {
	if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d' ' -f1
}

has_axe() { [[ -f $axe && $(sum_of "$axe") == "$axe_sum" ]]; }

fetch_axe() {
	local folder
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' RETURN
	npm pack --loglevel error --pack-destination "$folder" "axe-core@$axe_version" </dev/null >/dev/null || return
	tar -xzf "$folder/axe-core-$axe_version.tgz" -C "$folder" package/axe.min.js || return
	if [[ $(sum_of "$folder/package/axe.min.js") != "$axe_sum" ]]; then
		echo "What npm delivers as axe-core $axe_version is not what was looked at when it was chosen." >&2
		return 1
	fi
	mkdir -p "${axe%/*}"
	mv "$folder/package/axe.min.js" "$axe"
}

# npm is needed only as long as axe-core is not there.
has_npm() { has_axe || command -v npm >/dev/null; }

# install installs what is missing.
install() {
	if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
		echo "The tests need $*. Install that first: apt-get is not here, or needs a password." >&2
		return 1
	fi
	echo "Installing $* for the tests."
	as_root apt-get update </dev/null
	apt_install "$@" || {
		echo "The tests need $*, and apt-get could not install that: see above." >&2
		return 1
	}
	# Good to have: text and emoji that are no boxes in pictures, and the sandbox
	# for those who are not root. Every test runs without them.
	local extra
	for extra in fonts-liberation fonts-noto-color-emoji chromium-sandbox; do
		apt_install "$extra" || echo "$extra could not be installed: the tests run without it." >&2
	done
	has_compiler && has_chromium && has_strace && has_npm || {
		echo "apt-get installed $*, but not all of it is found in PATH." >&2
		return 1
	}
}

need=()
has_compiler || need+=(gcc libc6-dev)
has_chromium || need+=(chromium)
has_strace || need+=(strace)
has_npm || need+=(npm)
[[ ${#need[@]} -eq 0 ]] || install "${need[@]}"

has_axe || fetch_axe || {
	echo "The tests need axe-core $axe_version, and npm could not fetch it: see above." >&2
	exit 1
}
