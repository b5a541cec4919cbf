/* What in cleaned HTML could still run or fetch, found by parsing it anew. Knows nothing of how it was cleaned. */
import { JSDOM } from 'jsdom';

const { DOMParser } = new JSDOM('').window;

export const whatLives = (html: string): readonly string[] => {
  const document = new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html');
  return [...document.querySelectorAll('*')].flatMap((element) => {
    const tag = element.localName;
    const found = aliveTags.has(tag) ? [`<${tag}>`] : [];
    for (const { name, value } of element.attributes) {
      const url = [...value].filter((char) => char > ' ').join('');
      if (/^on/i.test(name)) found.push(`${tag} ${name}`);
      if (
        name !== 'title' &&
        /^(?:java|vb|live)script:|^data:(?!image\/(?:png|jpeg|gif|webp|avif|bmp)[;,])/i.test(url)
      )
        found.push(`${tag} ${name} with a script or a page`);
      if (loading.has(name) && url !== '' && !url.startsWith('data:')) found.push(`${tag} ${name} loads`);
      if (name === 'style' && /url|image-set|@import|expression|\\/i.test(value))
        found.push(`${tag} style loads`);
    }
    return found;
  });
};

const aliveTags = new Set(
  'script style iframe frame frameset object embed applet link meta base form input button textarea select svg math template video audio source track'.split(
    ' ',
  ),
);
/** Attributes whose address is fetched without a click. */
const loading = new Set([
  'src',
  'srcset',
  'background',
  'poster',
  'data',
  'lowsrc',
  'dynsrc',
  'xlink:href',
  'ping',
  'action',
  'formaction',
  'longdesc',
  'profile',
  'manifest',
  'classid',
  'codebase',
]);
