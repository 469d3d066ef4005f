/** Sentences that hold more than text. */
import type { ComponentChild } from 'preact'
import { template } from './language.ts'

/**
 * A sentence in the language of the page whose parts in double braces are elements, in whatever order that language
 * has them.
 */
export function said(sentence: string, parts: Readonly<Record<string, ComponentChild>>): ComponentChild[] {
  return template(sentence)
    .split(/\{\{(\w+)\}\}/)
    .map((piece, index) => (index % 2 === 0 ? piece : parts[piece]))
}
