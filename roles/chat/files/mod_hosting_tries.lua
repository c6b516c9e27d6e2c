-- SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Who sends too many wrong passwords from one address is not asked for another one for a while: neither to guess, nor to keep Prosody,
-- which does nothing else while it asks the directory, busy. Somebody elsewhere is not shut out.

module:set_global();

local cache = require "prosody.util.cache";
local ip = require "prosody.util.ip";
local now = require "prosody.util.time".monotonic;

local tries = module:get_option_number("hosting_wrong_passwords", 20);
local seconds = 60;
-- more addresses than this are not remembered: the one that was longest quiet is forgotten
local known = cache.new(10000);

-- An IPv4 address, or the network of an IPv6 address, of which whoever has one has all.
local function origin(session)
	local address = session.ip and ip.new_ip(session.ip);
	if not address then return "?"; end
	return address.proto == "IPv6" and address.packed:sub(1, 8) or address.packed;
end

local function is_shut_out(session)
	local wrong = known:get(origin(session));
	return wrong and wrong.count >= tries and now() - wrong.last < seconds;
end

local function note_wrong(session)
	local key, time = origin(session), now();
	local wrong = known:get(key);
	local count = wrong and time - wrong.last < seconds and wrong.count or 0;
	known:set(key, { count = count + 1, last = time });
end

function module.add_host(host)
	host:hook("authentication-failure", function (event)
		note_wrong(event.session);
	end);
	-- before anybody looks at the password
	host:hook("stanza/urn:ietf:params:xml:ns:xmpp-sasl:auth", function (event)
		if not is_shut_out(event.origin) then return; end
		host:log("info", "Too many wrong passwords from one address");
		event.origin:close({ condition = "policy-violation", text = "Too many wrong passwords" });
		return true;
	end, 1000);
end
