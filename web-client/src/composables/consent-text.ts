/** The consent text in blocks: of Markdown it uses headings, paragraphs and one level of lists. */
export type Block =
  { kind: 'title' | 'heading' | 'paragraph'; text: string } | { kind: 'list'; items: string[] }

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  for (const line of markdown.split('\n').map((one) => one.trim())) {
    if (line === '') continue
    const last = blocks.at(-1)
    if (line.startsWith('## ')) blocks.push({ kind: 'heading', text: line.slice(3) })
    else if (line.startsWith('# ')) blocks.push({ kind: 'title', text: line.slice(2) })
    else if (!line.startsWith('- ')) blocks.push({ kind: 'paragraph', text: line })
    else if (last?.kind === 'list') last.items.push(line.slice(2))
    else blocks.push({ kind: 'list', items: [line.slice(2)] })
  }
  return blocks
}
