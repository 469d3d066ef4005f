/** What the page calls a room. */
import { t } from '../language/language.ts'

/** What a room is called, also while its name is not known: then as in the room that links to it. */
export function nameOf({ id, name, link }: { id: string; name: string; link?: { title: string } }): string {
  return (name || link?.title) ?? t('Room …{{id}}', { id: id.slice(-6) })
}
