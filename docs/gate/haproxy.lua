-- Asks the gate about a request (HAProxy 2.5 or later, built with Lua): `http-request lua.gate URL`.
--
-- 1. The client's headers go along, each of its lines by itself, but those of the connection.
-- 2. Whatever is not 200 is the client's answer, also where the gate is not there: 503.
-- 3. The identity headers and the credential are replaced by the gate's, empty or not.

local identity = {
  "x-auth-issuer",
  "x-auth-subject",
  "x-auth-client",
  "x-auth-scope",
  "x-auth-audience",
  "x-auth-issued-at",
  "x-auth-expires-at",
  "x-auth-auth-time",
  "x-auth-acr",
  "x-auth-token-id",
  "x-auth-assertion",
}

-- What belongs to a connection, or is set below.
local own = {
  ["connection"] = true,
  ["content-length"] = true,
  ["expect"] = true,
  ["host"] = true,
  ["keep-alive"] = true,
  ["te"] = true,
  ["transfer-encoding"] = true,
  ["upgrade"] = true,
  ["x-forwarded-host"] = true,
  ["x-forwarded-method"] = true,
  ["x-forwarded-uri"] = true,
}

-- What of a refusal the client is told.
local told = { "content-type", "cache-control", "www-authenticate", "retry-after" }

local PATIENCE = 5000 -- milliseconds

local function lines(values)
  local all = {}
  local at = 0
  while values[at] ~= nil do
    all[#all + 1] = values[at]
    at = at + 1
  end
  return all
end

local function first(headers, name)
  local values = headers and headers[name]
  return values and values[0] or nil
end

local function refuse(txn, status, headers, body)
  local reply = txn:reply({ status = status })
  for _, name in ipairs(told) do
    local value = first(headers, name)
    if value then
      reply:add_header(name, value)
    end
  end
  reply:set_body(body or "")
  txn:done(reply)
end

core.register_action("gate", { "http-req" }, function(txn, url)
  local headers = {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if not own[name] then
      headers[name] = lines(values)
    end
  end
  headers["x-forwarded-method"] = { txn.sf:method() }
  headers["x-forwarded-host"] = { txn.sf:req_hdr("host") }
  headers["x-forwarded-uri"] = { txn.sf:pathq() }

  local answer = core.httpclient():get({ url = url, headers = headers, timeout = PATIENCE })
  if not answer or not answer.status or answer.status < 200 then
    return refuse(txn, 503)
  end
  if answer.status ~= 200 then
    return refuse(txn, answer.status, answer.headers, answer.body)
  end
  for _, name in ipairs(identity) do
    txn.http:req_set_header(name, first(answer.headers, name) or "")
  end
  local credential = first(answer.headers, "authorization") or ""
  if credential == "" then
    txn.http:req_del_header("authorization")
  else
    txn.http:req_set_header("authorization", credential)
  end
end, 1)
