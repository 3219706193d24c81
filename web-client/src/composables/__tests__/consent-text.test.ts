import { describe, expect, it } from 'vitest'
import { blocksOf } from '../consent-text'

describe('the consent text', () => {
  it('is read in blocks', () => {
    expect(blocksOf('# 授权\n\n说明。\n\n## 谁看得到\n\n- 甲\n- 乙\n\n完。\n- 丙')).toEqual([
      { kind: 'title', text: '授权' },
      { kind: 'paragraph', text: '说明。' },
      { kind: 'heading', text: '谁看得到' },
      { kind: 'list', items: ['甲', '乙'] },
      { kind: 'paragraph', text: '完。' },
      { kind: 'list', items: ['丙'] },
    ])
  })
})
