/** What the server says of a row, recognised, so that it can be said in the reader's language. */

/** Each with what its brackets hold. A sentence that none of them knows is shown as it came. */
const SENTENCES: [RegExp, string, string[]][] = [
  [/^there is no organisation (.+): import organisations first$/, 'noOrg', ['name']],
  [/^two organisations are called (.+): give the id instead$/, 'twoOrgs', ['name']],
  [/^there is no micro-grid (.+)$/, 'noGrid', ['name']],
  [/^"(.*)" is none of (.+)$/, 'noneOf', ['text', 'accepted']],
  [
    /^(.+) is in row (\d+) already: a column 编号\/id tells two apart$/,
    'sameName',
    ['name', 'row'],
  ],
  [/^(.+) is in row (\d+) already$/, 'same', ['name', 'row']],
  [/^the id (.+) is row (\d+)'s already$/, 'sameId', ['name', 'row']],
  [/^feature \d+(?: \(.*?\))?: the code is feature (\d+)'s already$/, 'sameCode', ['row']],
  [/^(?:feature \d+(?: \(.*?\))?: )?(.+) and (.+) overlap by (.+) m²$/, 'overlap', ['a', 'b', 'n']],
  [/^feature \d+(?: \(.*?\))?: there is no property code$/, 'noCode', []],
  [/^feature \d+(?: \(.*?\))?: there is no geometry$/, 'noGeometry', []],
  [/^feature \d+(?: \(.*?\))?: ring (\d+) isn't closed$/, 'openRing', ['n']],
  [/^feature \d+(?: \(.*?\))?: the rings are broken(.*)$/, 'brokenRings', ['why']],
  [/^(?:feature \d+(?: \(.*?\))?: )?a station is a Point$/, 'notPoint', []],
  [/^this is no number of degrees$/, 'degrees', []],
  [/^this is no phone number$/, 'phone', []],
  [/^it lies in the micro-grid (.+), not in (.+)$/, 'otherGrid', ['located', 'stated']],
  [/^it lies outside of the district$/, 'outside', []],
  [/^a 微网格员 without a micro-grid of their own$/, 'workerWithoutGrid', []],
  [/^(.+) is a team of (\w+), and its member is (\w+)$/, 'otherForce', ['name']],
  [/^two members of this name are there: add a column 编号\/id$/, 'twoMembers', []],
  [/^an id is 1 to 64 visible ASCII characters$/, 'badId', []],
  [/^longer than (\d+) characters$/, 'tooLong', ['n']],
  [/^a control character or a line break$/, 'control', []],
  [/^(\d+) fields where the header has (\d+)$/, 'fields', ['found', 'expected']],
  [/^administrators are appointed under accounts, not by a file$/, 'admin', []],
  [/^no id$/, 'noId', []],
  [/^no time$/, 'noTime', []],
  [/^"(.*)" is no possible time: .*$/, 'badTime', ['text']],
  [/^no point$/, 'noPoint', []],
  [/^point at 0\/0$/, 'zeroPoint', []],
  [/^point outside the world: not degrees$/, 'outsideWorld', []],
  [/^point isn't a pair of numbers$/, 'pointText', []],
  [/^no kind: counted under the default class$/, 'noKind', []],
  [/^no (.+)$/, 'missing', ['name']],
]

/** The message under `imports.fault.` and its blanks, or null for an unknown sentence. */
export function faultWords(
  message: string,
): { key: string; blanks: Record<string, string> } | null {
  for (const [sentence, key, blanks] of SENTENCES) {
    const found = sentence.exec(message)
    if (found)
      return { key, blanks: Object.fromEntries(blanks.map((one, n) => [one, found[n + 1] ?? ''])) }
  }
  return null
}
