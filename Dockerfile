# syntax=docker/dockerfile:1
# Drawbridge in a container: boards in /data, the page and its sockets on port 3000. compose.yaml shows how it is run.

FROM node:24-slim AS manifest
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM manifest AS page
# No package is to run anything: the only one that would, `node`, fetches what the image brings along.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json vite.config.ts ./
COPY client client
COPY server/shared server/shared
RUN node node_modules/vite/bin/vite.js build --logLevel warn

FROM manifest AS packages
# TypeScript, of which some packages want the types, is called optional.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24-slim
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules node_modules
COPY server server
COPY --from=page /app/dist dist
# Compiled once, here, where the server may not write later on (server/main.ts).
RUN NODE_COMPILE_CACHE=node_modules/.cache/drawbridge node --input-type=module --eval "await import('/app/server/run.ts')"
# A volume takes its owner from the folder it is first put on.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production DATA_DIR=/data
VOLUME /data
USER node
EXPOSE 3000
# Whoever looks is inside, so the certificate's name does not matter.
HEALTHCHECK --interval=15s --timeout=3s --start-period=15s CMD ["node", "--eval", "require(process.env.TLS_CERT ? 'https' : 'http').get({ host: '127.0.0.1', port: process.env.PORT || 3000, path: '/healthz', rejectUnauthorized: false }, answer => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# Not through npm, which would keep signals to itself: SIGTERM is how it is told to save everything and end.
CMD ["node", "server/main.ts"]
