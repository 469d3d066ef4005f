/** What the page says, as its source has it: sentences given to the catalogue, and words that were forgotten. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const SOURCE = fileURLToPath(new URL('../../../src/web', import.meta.url))

/** Functions whose first argument is a sentence of the catalogue. */
const SAYING = ['t', 'said']

/** Attributes that nobody reads. */
const SILENT = ['class', 'name', 'type', 'href', 'target', 'rel', 'role', 'dir', 'd', 'viewBox', 'id', 'for', 'key']

export interface PageTexts {
  sentences: ReadonlySet<string>
  /** Words in the source that no catalogue knows, with their place. */
  forgotten: readonly string[]
}

export function readPageTexts(): PageTexts {
  const sentences = new Set<string>()
  const forgotten: string[] = []
  for (const name of globSync('**/*.{ts,tsx}', { cwd: SOURCE })) {
    const source = ts.createSourceFile(name, readFileSync(`${SOURCE}/${name}`, 'utf8'), ts.ScriptTarget.Latest, true)
    const forget = (node: ts.Node): void => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
      forgotten.push(`${name}:${line + 1} ${node.getText(source)}`)
    }
    const visit = (node: ts.Node): void => {
      if (isSaying(node)) {
        const [first, ...rest] = node.arguments
        if (first !== undefined && ts.isStringLiteralLike(first)) sentences.add(first.text)
        else forget(node)
        rest.forEach(visit)
      } else if (ts.isJsxText(node) || ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
        if (hasWords(textOf(node), ts.isJsxText(node)) && !isSilent(node)) forget(node)
        ts.forEachChild(node, visit)
      } else ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return { sentences, forgotten }
}

function isSaying(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && SAYING.includes(node.expression.text)
}

function textOf(node: ts.JsxText | ts.StringLiteralLike | ts.TemplateExpression): string {
  if (!ts.isTemplateExpression(node)) return node.text
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')
}

/** A capital at the beginning or words with blanks between them; between tags, any word at all. */
function hasWords(text: string, isBetweenTags: boolean): boolean {
  return isBetweenTags ? /\p{L}{2}/u.test(text) : /^\p{Lu}\p{Ll}+|\p{L} \p{L}|… \p{L}|\p{L},? …|\p{L}\. /u.test(text)
}

/** Keys of a keyboard that are compared, names of errors, classes and the like. */
function isSilent(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isJsxAttribute(parent)) return SILENT.includes(parent.name.getText())
  if (ts.isJsxExpression(parent) || ts.isConditionalExpression(parent))
    return ts.isJsxText(node) ? false : isSilentAttribute(parent)
  if (ts.isJsxElement(parent)) return parent.openingElement.tagName.getText() === 'code'
  return (
    (ts.isBinaryExpression(parent) && ['===', '!=='].includes(parent.operatorToken.getText())) ||
    ts.isImportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isCaseClause(parent)
  )
}

function isSilentAttribute(node: ts.Node): boolean {
  if (ts.isJsxAttribute(node)) return SILENT.includes(node.name.getText())
  return (
    (ts.isJsxExpression(node) || ts.isConditionalExpression(node) || ts.isParenthesizedExpression(node)) &&
    isSilentAttribute(node.parent)
  )
}
