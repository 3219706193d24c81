/** Messages by channel, oldest first, each once. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { getMessages } from '@/api'
import type { Message } from '@/protocol'

export const useMessages = defineStore('messages', () => {
  const byChannel = shallowReactive(new Map<string, Message[]>())

  function replaceAll(messages: Message[]): void {
    byChannel.clear()
    for (const message of messages) add(message)
  }

  function add(...messages: Message[]): void {
    for (const message of messages) {
      const held = byChannel.get(message.channel) ?? []
      if (held.some(({ id }) => id === message.id)) continue
      const ordered = [...held, message].sort((a, b) => a.at_ms - b.at_ms)
      byChannel.set(message.channel, ordered)
    }
  }

  /** Lets go of a channel; answers with what was said there. */
  function forget(channel: string): Message[] {
    const said = byChannel.get(channel) ?? []
    byChannel.delete(channel)
    return said
  }

  /** Blanks a typed text that was erased; answers with the messages that had it. */
  function erase(text: string): Message[] {
    const blank: Message[] = []
    for (const [channel, messages] of byChannel) {
      if (!messages.some((message) => message.text.id === text)) continue
      const now = messages.map((message) =>
        message.text.id === text ? { ...message, text: { id: text, body: null } } : message,
      )
      blank.push(...now.filter((message) => message.text.id === text))
      byChannel.set(channel, now)
    }
    return blank
  }

  /** Reads a channel's last messages. */
  async function load(district: string, channel: string): Promise<void> {
    add(...(await getMessages(district, channel)).items)
  }

  return { byChannel, replaceAll, add, forget, erase, load }
})
