type Labels = Readonly<Record<string, string>>;

/** Numbers of one name by their labels, as Prometheus reads them. */
export interface MetricFamily {
  add(labels: Labels, by: number): void;
  set(labels: Labels, value: number): void;
  /** The family as text; that of a family without numbers is its head alone. */
  render(name: string, type: 'counter' | 'gauge', help: string): string;
}

/**
 * A family of numbers in the text format of Prometheus.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function createFamily(): MetricFamily {
  const values = new Map<string, number>();
  return {
    add(labels, by) {
      const key = shownLabels(labels);
      values.set(key, (values.get(key) ?? 0) + by);
    },
    set(labels, value) {
      values.set(shownLabels(labels), value);
    },
    render: (name, type, help) =>
      `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${[...values].map(([key, value]) => `${name}${key && `{${key}}`} ${shownNumber(value)}\n`).join('')}`,
  };
}

/** Labels between braces: `model="a",feature="b"`. */
export function shownLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
    )
    .join(',');
}

function shownNumber(value: number): string {
  return Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? '+Inf' : '-Inf') : `${value}`;
}
