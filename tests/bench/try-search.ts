import { searchMessages } from '../../server/services/search/search-messages.ts';
import { startBenchServers } from './bench-database.ts';
import { bigCompany } from './big-company.ts';
import { seededRandom } from './seeded-random.ts';
const servers = await startBenchServers();
const database = await servers.open('embedded 18');
const random = seededRandom(5);
const any = (p: string) => `${p}${Math.floor(random() * 10)}`;
const company = await bigCompany(database, () => `${Array.from({ length: 120 }, () => `word${Math.floor(30000 ** random())}`).join(' ')}\n\n${any('other')}. Kind regards\n${any('tenth')}`);
await company.growTo(100_000);
const su = await database.connect();
await su.query("load 'auto_explain'").catch(() => undefined);
await su.query("alter system set session_preload_libraries='auto_explain'");
await su.query("alter system set auto_explain.log_min_duration='30ms'");
await su.query("alter system set auto_explain.log_analyze=on");
await su.query("alter system set auto_explain.log_nested_statements=on");
await su.query('select pg_reload_conf()');

const w = database.services.sealing.wordHashes(company.companyId, ['tenth3','other4']).map(String);
su.on('notice', (n) => console.log(n.message));
try { await su.query("load 'auto_explain'"); } catch (e) { console.log('no auto_explain', String(e)); }
await su.query("set client_min_messages=log; set auto_explain.log_min_duration=0; set auto_explain.log_analyze=on; set auto_explain.log_nested_statements=on; set auto_explain.log_buffers=on");
await su.query(`set app.company_id='${company.companyId}'; set app.person_id='${company.recruiter.personId}'`);
for (let k = 0; k < 2; k++) { const t = performance.now(); await su.query(`select app.find_messages('{${w.join(',')}}', null, null, null, null, null, 201)`); console.log('took', performance.now() - t); }
await su.end();
await database.close();
await servers.stop();
