// Checks dashboards against the types that Grafana's own packages publish: node check.mjs FILE...
// Each file becomes constants of these types, and the TypeScript compiler says what does not fit, unknown fields included.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const ts = await import('typescript')
  .then((module) => module.default)
  .catch(() => {
    console.error(`TypeScript is not installed: npm ci --prefix ${here}`);
    process.exit(2);
  });

const panelTypes = {
  timeseries: 'timeseries',
  stat: 'stat',
  bargauge: 'bargauge',
  'state-timeline': 'statetimeline',
  table: 'table',
};

const raw = './node_modules/@grafana/schema/dist/types/raw';
const header = [
  `import type { Dashboard, FieldConfig } from '${raw}/dashboard/x/types.gen';`,
  ...Object.values(panelTypes).map((name) => `import type * as ${name} from '${raw}/composable/${name}/panelcfg/x/types.gen';`),
  `import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';`,
  // JSON has the values of enums, not their names.
  `type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
     : T extends (infer E)[] ? Json<E>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;`,
  `type Query = Omit<Json<Dataquery>, '_implementsDataqueryVariant'>;`,
];

function constants(dashboard) {
  const lines = [];
  const constant = (type, value) => lines.push(`const c${lines.length}: ${type} = ${JSON.stringify(value)};`);
  constant('Json<Dashboard>', dashboard);
  for (const panel of dashboard.panels.filter((p) => p.type !== 'row')) {
    const type = panelTypes[panel.type];
    if (!type) throw new Error(`panel '${panel.title}' is of type ${panel.type}, which this check does not know`);
    constant(`Json<${type}.Options>`, panel.options);
    constant('Json<FieldConfig>', panel.fieldConfig.defaults);
    if (type !== 'stat' && type !== 'bargauge') constant(`Json<${type}.FieldConfig>`, panel.fieldConfig.defaults.custom);
    panel.targets.forEach((query) => constant('Query', query));
  }
  return lines;
}

const sources = new Map(
  process.argv.slice(2).map((file) => {
    const dashboard = JSON.parse(readFileSync(file, 'utf8'));
    return [join(here, `${basename(file)}.ts`), [...header, ...constants(dashboard)].join('\n')];
  }),
);
if (sources.size === 0) {
  console.error('Which files? node check.mjs FILE...');
  process.exit(2);
}

const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};
const host = ts.createCompilerHost(options);
const readSource = host.getSourceFile.bind(host);
host.getSourceFile = (name, language, ...rest) =>
  sources.has(name) ? ts.createSourceFile(name, sources.get(name), language) : readSource(name, language, ...rest);
const fileExists = host.fileExists.bind(host);
host.fileExists = (name) => sources.has(name) || fileExists(name);

const program = ts.createProgram([...sources.keys()], options, host);
const problems = ts.getPreEmitDiagnostics(program);
for (const problem of problems) {
  const line = problem.file ? problem.file.text.slice(problem.start, problem.start + 120) : '';
  const where = problem.file ? basename(problem.file.fileName) : '';
  console.log(`${where}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n  ')}\n  at ${line}`);
}
console.log(`${sources.size} dashboards, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
