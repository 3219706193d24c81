import { describe, expect, it } from 'vitest'
import type { Member } from '@/protocol'
import { keeps, tablesOf, tabsOf } from '../admin-seats'
import { faultFile } from '../fault-file'
import { faultWords } from '../fault-words'
import { homeOf, mayOpen } from '../home'
import { PAGE_ROWS, pageOf } from '../paging'

const member = (role: Member['role'], force: Member['force']) => ({ role, force }) as Member

describe('seats', () => {
  it.each([
    ['system_admin', 'volunteer', 'admin', 5, true],
    ['duty_chief', 'police', 'desk', 1, true],
    ['dispatcher', 'auxiliary', 'desk', 0, true],
    ['street_office', 'volunteer', 'desk', 0, true],
    ['patrol', 'police', 'patrol', 0, false],
    ['grid_worker', 'volunteer', 'patrol', 0, false],
  ] as const)('%s of %s', (role, force, home, tables, opens) => {
    const one = member(role, force)
    expect(homeOf(one)).toBe(home)
    expect(tablesOf(one)).toHaveLength(tables)
    expect(mayOpen('admin', one)).toBe(opens)
    expect(mayOpen('desk', one)).toBe(home === 'desk')
    expect(mayOpen('report', one)).toBe(home === 'patrol')
  })

  it('shows the nodes to the system administrator alone', () => {
    const roles = ['system_admin', 'security_admin', 'audit_admin', 'duty_chief'] as const
    const shown = roles.filter((role) => tabsOf(member(role, 'police')).includes('nodes'))
    expect(shown).toEqual(['system_admin'])
  })

  it('keeps places and incidents apart', () => {
    const [admin, chief] = [member('system_admin', 'volunteer'), member('duty_chief', 'police')]
    expect([keeps(admin, 'grids'), keeps(admin, 'incidents')]).toEqual([true, false])
    expect([keeps(chief, 'grids'), keeps(chief, 'incidents')]).toEqual([false, true])
  })
})

describe('row errors', () => {
  it.each([
    ['there is no organisation 甲村: import organisations first', 'noOrg', { name: '甲村' }],
    ['"x" is none of a/甲, b/乙', 'noneOf', { text: 'x', accepted: 'a/甲, b/乙' }],
    [
      '甲 is in row 3 already: a column 编号/id tells two apart',
      'sameName',
      { name: '甲', row: '3' },
    ],
    ['甲 is in row 3 already', 'same', { name: '甲', row: '3' }],
    ["feature 3 (a): the code is feature 1's already", 'sameCode', { row: '1' }],
    ["feature 2 (b): ring 1 isn't closed", 'openRing', { n: '1' }],
    ['feature 2 (a): a and b overlap by 12 m²', 'overlap', { a: 'a', b: 'b', n: '12' }],
    ['no point', 'noPoint', {}],
    ['no 姓名/name', 'missing', { name: '姓名/name' }],
  ])('%s', (message, key, blanks) => {
    expect(faultWords(message)).toEqual({ key, blanks })
  })

  it('shows a sentence that it does not know as it came', () => {
    expect(faultWords('something new')).toBeNull()
  })

  it('writes a file that runs nothing in a spreadsheet', async () => {
    const text = await faultFile(
      ['行', '问题'],
      [
        [1, '=1+1'],
        [2, 'a,"b"'],
      ],
    ).text()
    expect(text).toBe('行,问题\r\n1,\'=1+1\r\n2,"a,""b"""\r\n')
  })
})

describe('pages of a whole list', () => {
  const all = Array.from({ length: PAGE_ROWS * 2 + 1 }, (_, n) => n)

  it('cuts what is sought', () => {
    const first = pageOf(all, () => true, null)
    expect([first.items.length, first.next, first.total]).toEqual([PAGE_ROWS, '50', 101])
    const last = pageOf(all, () => true, '100')
    expect([last.items, last.next]).toEqual([[100], null])
    expect(pageOf(all, (n) => n % 50 === 0, null).items).toEqual([0, 50, 100])
  })
})
