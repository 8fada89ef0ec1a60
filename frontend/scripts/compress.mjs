// Every file that compresses is also kept as brotli, once, so that no request pays for it.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const DIST = fileURLToPath(new URL("../../src/wattledger/web/dist", import.meta.url));
const COMPRESSES = /\.(js|css|svg|json|txt)$/;

for (const name of readdirSync(DIST, { recursive: true })) {
  const path = join(DIST, name);
  if (!statSync(path).isFile() || !COMPRESSES.test(path)) continue;
  const content = readFileSync(path);
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  );
}
