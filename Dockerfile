# One image for the worker and for both sandboxes; the command decides (docker-compose.yml).
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json tsconfig.json ./
COPY config ./config
COPY docker/workerHealth.ts ./docker/workerHealth.ts
COPY sandbox ./sandbox
COPY src ./src
USER node
# Not `npx tsx`: it does not pass a stop signal on to the worker.
CMD ["node", "--import", "tsx", "src/worker.ts"]
