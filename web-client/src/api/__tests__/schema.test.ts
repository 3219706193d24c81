// @vitest-environment node
/** The committed types are those of the committed document, which a Rust test holds to the code. */
import { readFile } from 'node:fs/promises'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { expect, test } from 'vitest'

test('schema.d.ts is current: else run npm run api', async () => {
  const api = new URL('../', import.meta.url)
  const ast = await openapiTS(new URL('openapi.json', api))
  const committed = await readFile(new URL('schema.d.ts', api), 'utf8')
  expect(`${COMMENT_HEADER}${astToString(ast)}` === committed).toBe(true)
})
