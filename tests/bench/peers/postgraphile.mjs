// Serves the schemas public and bench of the database that PGHOST and the like name, on PORT, as production does.
import { createServer } from "node:http";
import { grafserv } from "postgraphile/grafserv/node";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: process.env.BENCH_URL, schemas: ["public", "bench"], poolConfig: { max: 10 } })],
  grafserv: { graphiql: false, watch: false, graphqlPath: "/graphql", maxRequestLength: 100000 },
  grafast: { explain: false },
  gather: { pgStrictFunctions: true },
};

const server = createServer();
server.on("error", (error) => { console.error(error); process.exit(1); });
const serv = postgraphile(preset).createServ(grafserv);
await serv.addTo(server);
await serv.ready?.();
server.listen(Number(process.env.PORT), "127.0.0.1");
