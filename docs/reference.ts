/**
 * A plugin of TypeDoc. Entry points have the names by which they are imported, and paragraphs of doc comments that stand
 * two spaces to the right are formulas, shown as code.
 */

import { type Application, type Comment, type Context, Converter, ReflectionKind } from 'typedoc';

const paragraph = /(^|\n\n)((?: {2,}\S.*(?:\n|$))+)/g;

function showFormulas(comment: Comment): void {
  for (const part of comment.summary) {
    if (part.kind === 'text') part.text = part.text.replace(paragraph, '$1```text\n$2\n```\n');
  }
}

export function load(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      module.name = module.name === 'index' ? 'millrace' : `millrace/${module.name}`;
    }
    for (const { comment } of Object.values(project.reflections)) if (comment) showFormulas(comment);
  });
}
