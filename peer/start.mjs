// A real parse-server over PostgreSQL, with its default options except keys, mail, files and live classes.
// PORT, PEER_SOCKETS (the folder of PostgreSQL's socket) and PEER_DATABASE come from server.py; PEER_PROCESSES from a bench.
import cluster from 'node:cluster';
import http from 'node:http';

import FSFilesAdapter from '@parse/fs-files-adapter';
import express from 'express';
import { ParseGraphQLServer, ParseServer } from 'parse-server';
import postgres from 'parse-server/lib/Adapters/Storage/Postgres/PostgresStorageAdapter.js';

import { schemas } from './schemas.mjs';

const port = Number(process.env.PORT);
const url = `http://127.0.0.1:${port}/parse`;
const silentMail = {
  sendMail: async () => {},
  sendPasswordResetEmail: async () => {},
  sendVerificationEmail: async () => {},
};

// As an adapter of our own, because the server's option checks refuse a socket's folder as the host.
const database = new postgres.default({
  uri: `postgres://parsley@localhost/${process.env.PEER_DATABASE}`,
  databaseOptions: { host: process.env.PEER_SOCKETS },
});

async function serve() {
  const server = new ParseServer({
    appId: 'parsley',
    appName: 'Parsley',
    restAPIKey: 'parsley-rest',
    javascriptKey: 'parsley-js',
    masterKey: 'parsley-master',
    serverURL: url,
    publicServerURL: url,
    databaseAdapter: database,
    emailAdapter: silentMail,
    filesAdapter: new FSFilesAdapter(),
    liveQuery: { classNames: ['Deal', 'Activity'] },
    schema: { definitions: schemas },
    silent: true,
    logsFolder: null,
  });
  await server.start();

  const app = express();
  app.use('/parse', server.app);
  new ParseGraphQLServer(server, { graphQLPath: '/graphql' }).applyGraphQL(app);
  const listener = http.createServer(app);
  listener.listen(port, '127.0.0.1');
  await ParseServer.createLiveQueryServer(listener);
}

const processes = Number(process.env.PEER_PROCESSES ?? 1);
if (processes > 1 && cluster.isPrimary) {
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  // The first makes the tables.
  cluster.fork().once('listening', () => {
    for (let number = 1; number < processes; number += 1) cluster.fork();
  });
} else {
  await serve();
}

// server.py holds the other end of this pipe: however it ends, nothing of ours is left behind.
if (cluster.isPrimary) process.stdin.resume().on('end', () => process.exit(0));
else process.on('disconnect', () => process.exit(0));
