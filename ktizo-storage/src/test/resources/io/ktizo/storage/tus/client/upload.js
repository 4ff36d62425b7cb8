// Uploads a file with tus-js-client and prints where it went:
// node upload.js FILE ENDPOINT [AUTHORIZATION [deferred]]
const fs = require("fs");
const stream = require("stream");
const tus = require("tus-js-client");

const [file, endpoint, authorization, length] = process.argv.slice(2);
const deferred = length === "deferred";
// Of a file the client would announce whole chunks to the end, even where less is left.
const bytes = deferred
  ? fs.createReadStream(file).pipe(new stream.PassThrough())
  : fs.createReadStream(file);
const upload = new tus.Upload(bytes, {
  endpoint,
  ...(deferred
    ? { uploadLengthDeferred: true, chunkSize: 1_000_000 }
    : { uploadSize: fs.statSync(file).size }),
  headers: authorization ? { Authorization: authorization } : {},
  // Counted anew after each bit of progress.
  retryDelays: Array(50).fill(100),
  metadata: { filename: "part.stl" },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log(upload.url),
});
upload.start();
