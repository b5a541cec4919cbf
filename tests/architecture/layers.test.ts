import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { beforeAll, expect, test } from 'vitest';
import { type Layer, layers } from '../config/layers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', 'entrypoints', 'components', 'lib', 'server'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((path) => /\.tsx?$/.test(path));

let modules: ICruiseResult['modules'];
beforeAll(async () => {
  const result = await cruise(
    ['entrypoints', 'components', 'lib', 'server'],
    {
      baseDir: root,
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
      tsConfig: { fileName: 'tsconfig.json' },
    },
    {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.d.ts'],
    },
  );
  if (typeof result.output === 'string') throw new Error('dependency-cruiser gave text instead of modules');
  modules = result.output.modules;
}, 120_000);

test('every source file is visited', () => {
  const visited = new Set(modules.map((module) => module.source));
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((path) => !visited.has(path))).toEqual([]);
});

test('every source file has a layer', () => {
  expect(sources.filter((path) => layerOf(path) === undefined)).toEqual([]);
});

test('no file imports what its layer may not', () => {
  const wrong = modules
    .filter((module) => sources.includes(module.source))
    .flatMap((module) => {
      const layer = layerOf(module.source);
      return module.dependencies
        .filter((dependency) => layer !== undefined && !isAllowed(layer, dependency))
        .map((dependency) => `${module.source} -> ${dependency.module}`);
    });
  expect(wrong).toEqual([]);
});

test('no import goes in a circle', () => {
  const circles = modules.flatMap((module) =>
    module.dependencies.filter((each) => each.circular).map((each) => `${module.source} -> ${each.resolved}`),
  );
  expect(circles).toEqual([]);
});

test('every import leads somewhere', () => {
  const lost = modules
    .filter((module) => sources.includes(module.source))
    .flatMap((module) =>
      module.dependencies
        .filter(
          (each) =>
            each.couldNotResolve &&
            !each.module.startsWith('node:') &&
            !/\.(css|html)(\?.*)?$/.test(each.module),
        )
        .map((each) => `${module.source} -> ${each.module}`),
    );
  expect(lost).toEqual([]);
});

/** The layer with the longest path that the file is under. */
const layerOf = (path: string): Layer | undefined =>
  layers.filter((layer) => path.startsWith(layer.path)).sort((a, b) => b.path.length - a.path.length)[0];

type Dependency = ICruiseResult['modules'][number]['dependencies'][number];

const isAllowed = (layer: Layer, dependency: Dependency): boolean => {
  const { resolved, module, dependencyTypes } = dependency;
  const typeOnly = dependencyTypes.includes('type-only');
  if (module.startsWith('node:') || dependencyTypes.includes('core')) return layer.node === true;
  if (/\.css(\?.*)?$/.test(module))
    return layer.path.startsWith('components/') || layer.path.startsWith('entrypoints/');
  if (/^(\.|\/)/.test(module)) {
    if (resolved.startsWith(layer.path))
      return (
        layer.path !== 'server/' || !/^server\/[^/]+\//.test(resolved) || layer.rooms.includes('server/')
      );
    if (layer.rooms.some((room) => resolved.startsWith(room))) return true;
    return typeOnly && (layer.typesOf ?? []).some((room) => resolved.startsWith(room));
  }
  return layer.packages.some((name) => module === name || module.startsWith(`${name}/`));
};
