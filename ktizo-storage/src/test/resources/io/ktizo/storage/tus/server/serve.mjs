// The reference server for Node over a directory: node serve.mjs DIRECTORY. Prints its port; ends with its input.
import http from "node:http";
import { Server } from "@tus/server";
import { FileStore } from "@tus/file-store";

const tus = new Server({
  path: "/uploads",
  datastore: new FileStore({ directory: process.argv[2] }),
  maxSize: 10_000,
  relativeLocation: true,
});
const server = http.createServer((request, response) => tus.handle(request, response));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
