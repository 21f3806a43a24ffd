// A TypeScript program with the types that openapi-typescript made from the
// document alone records an objection and sees that it blocks. `tsc --strict`
// has checked every field of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./nejtack.js";

type Told = { url: string; clients: Record<string, { client_id: string; client_secret: string }> };
const told: Told = JSON.parse(readFileSync(process.env.STRANGERS!, "utf8"));

async function logIn(slug: string) {
  const { data, error } = await createClient<paths>({ baseUrl: told.url }).POST("/oauth2/token", {
    body: { grant_type: "client_credentials", ...told.clients[slug] },
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
  });
  assert(data, `no token: ${error?.error}`);
  return createClient<paths>({
    baseUrl: told.url,
    headers: { Authorization: `Bearer ${data.access_token}` },
  });
}

const [service, crm] = [await logIn("sparrtjanst"), await logIn("crm")];

async function decision(email: string) {
  const { data, error } = await crm.POST("/v1/lookups", {
    body: { controller: "tandgruppen-goteborg", channels: ["email"], person: { emails: [email] } },
  });
  assert(data, `no decision: ${error?.code}`);
  return data.decisions.email;
}

const objection: components["schemas"]["NewObjection"] = {
  reference: "fraga-1",
  controllers: ["tandgruppen"],
  right: "object_to_direct_marketing",
  objected_at: "2026-11-20T09:12:00Z",
  person: {
    name: { given: "Anna-Karin", family: "Åberg Öst" },
    personnummer: "19701104-2392",
    emails: ["Anna.Karin@exempel.example"],
  },
  proxy: {
    reference: "fm-88121",
    holder: { name: "Spärrtjänst AB", organisation_number: "559999-0008" },
    grantor: "self",
    granted_at: "2026-11-19T18:00:00Z",
    rights: ["object_to_direct_marketing"],
  },
};

assert.equal(await decision("anna.karin+kampanj@exempel.example"), "clear");
const { data, error, response } = await service.POST("/v1/objections", { body: objection });
assert(data, `not recorded: ${error?.code}`);
assert.equal(response.status, 201);
assert.equal(data.status, "recorded");
assert.equal(await decision("anna.karin+kampanj@exempel.example"), "blocked");
assert.equal(await decision("bo@exempel.example"), "clear");

// What is wrong comes back as a problem, told apart by its code.
const refused = await service.POST("/v1/lookups", {
  body: { controller: "tandgruppen-goteborg", person: { emails: ["bo@exempel.example"] } },
});
assert.equal(refused.response.status, 403);
console.log(`recorded, blocked; a mistake is told as ${refused.error?.code}`);
