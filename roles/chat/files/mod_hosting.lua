-- SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the module magmasoft.hosting.chat_account asks of the running server, over a socket that root alone (and Prosody
-- itself) can open: one request as JSON on one line, one answer as JSON on one line.
--
-- Done in here and not on the files: the server holds lists, sessions and rosters in memory, and would write them back.

module:set_global();

local async = require "prosody.util.async";
local certmanager = require "prosody.core.certmanager";
local configmanager = require "prosody.core.configmanager";
local datamanager = require "prosody.core.storagemanager".olddm;
local envloadfile = require "prosody.util.envload".envloadfile;
local hostmanager = require "prosody.core.hostmanager";
local jid = require "prosody.util.jid";
local json = require "prosody.util.json";
local lfs = require "lfs";
local modulemanager = require "prosody.core.modulemanager";
local pposix = require "prosody.util.pposix";
local server = require "prosody.net.server";
local unix = require "socket.unix";

local socket_path = module:get_option_string("hosting_socket", "/run/prosody/hosting.sock");
local upload_host = module:get_option_string("hosting_upload_host");
local upload_module = "http_file_share";
local request_limit = 16 * 1024 * 1024;
local extensions = { "dat", "list", "lidx" };

-- Hosts -----------------------------------------------------------------------------------------------------------------

-- Prosody itself reads hosts only when it starts; users of the others would be thrown out for each new one. Hundreds of hosts take
-- a minute: they are brought in one after the other, and whoever chats meanwhile does not notice.
local queue, touched = {}, {};
local certificates_seen = {};

local function certificate_of(host)
	local found = certmanager.find_cert(configmanager.get(host, "certificate"), host);
	local file = found and lfs.attributes(found.certificate);
	return file and ("%s %d %d %d"):format(found.certificate, file.ino, file.size, file.modification);
end

local function is_ours(host)
	return configmanager.rawget(host, "hosting_managed");
end

local function bring_in(host)
	certificates_seen[host] = certificate_of(host);
	touched[host] = true;
	hostmanager.activate(host);
end

local function work_off()
	local enough = os.clock() + 0.1;
	repeat
		local step = table.remove(queue);
		if step then
			local ok, err = pcall(step.action, step.host);
			if not ok then
				module:log("error", "%s: %s", step.host, err);
			end
		end
	until not step or os.clock() > enough;
	return queue[1] and 0.01 or nil;
end

local function follow_configuration()
	local wanted, idle = configmanager.getconfig(), not queue[1];
	queue = {};
	for host, options in pairs(wanted) do
		if host ~= "*" and options.enabled ~= false and not rawget(prosody.hosts, host) then
			table.insert(queue, { action = bring_in, host = host });
		end
	end
	for host, session in pairs(prosody.hosts) do
		if session.type == "local" and not rawget(wanted, host) then
			certificates_seen[host] = nil;
			table.insert(queue, { action = hostmanager.deactivate, host = host });
		end
	end
	if queue[1] and idle then
		module:add_timer(0.01, work_off);
	end
end

-- A reload of everything reads the certificates of all hosts, which is worth it only if one of them is another.
local function read_certificates()
	local changed = false;
	for host in pairs(prosody.hosts) do
		if is_ours(host) then
			local certificate = certificate_of(host);
			if certificate ~= certificates_seen[host] then
				certificates_seen[host], touched[host], changed = certificate, true, true;
			end
		end
	end
	return changed;
end

module:hook("config-reloaded", follow_configuration, -10);
module:hook("server-started", function ()
	read_certificates();
	touched = {};
end);

-- Returns what keeps one of our hosts from being of use, nil if nothing does.
local function problem_of(host)
	if not rawget(prosody.hosts, host) then
		return "is not active";
	end
	if not certificates_seen[host] and not certmanager.find_host_cert(host) then
		return "has no certificate";
	end
	local context, err = certmanager.create_context(host, "server");
	if not context then
		return "its certificate can't be used: "..tostring(err);
	end
end

local function problems()
	local found = {};
	for host in pairs(touched) do
		if is_ours(host) then
			found[host] = problem_of(host);
		end
	end
	return found;
end

-- Accounts --------------------------------------------------------------------------------------------------------------

-- Returns all sessions of an account: those in use or waiting to be resumed, and those that have logged in and gone no further.
local function sessions_of(username, host)
	local found = {};
	local user = rawget(prosody.hosts, host) and prosody.hosts[host].sessions and prosody.hosts[host].sessions[username];
	for _, session in pairs(user and user.sessions or {}) do
		found[session] = true;
	end
	for _, session in pairs(module:shared("/*/c2s/sessions")) do
		if session.username == username and session.host == host then
			found[session] = true;
		end
	end
	return found;
end

local function end_sessions(username, host, text)
	for session in pairs(sessions_of(username, host)) do
		session:close({ condition = "not-authorized", text = text });
	end
end

local function number_of(found)
	local number = 0;
	for _ in pairs(found) do
		number = number + 1;
	end
	return number;
end

-- Returns the stores in which an account has data, with the paths of its files.
local function data_of(username, host)
	local found = {};
	local each, state = datamanager.stores(true, host);
	for store in each, state do
		for _, extension in ipairs(extensions) do
			local path = datamanager.getpath(username, host, store, extension);
			for _, file in ipairs({ path, path.."~" }) do
				if lfs.symlinkattributes(file, "mode") then
					found[store] = found[store] or {};
					table.insert(found[store], file);
				end
			end
		end
	end
	return found;
end

local function uploads()
	return module:context(upload_host):open_store("uploads", "archive");
end

-- Returns account -> slots of its uploads, for the accounts that are keys of `wanted`: one walk for all of them.
local function uploads_of(wanted)
	local found = {};
	for slot, _, _, uploader in assert(uploads():find(nil)) do
		if wanted[uploader] then
			found[uploader] = found[uploader] or {};
			table.insert(found[uploader], slot);
		end
	end
	return found;
end

local function removed(path)
	local ok, err = os.remove(path);
	return ok or not lfs.symlinkattributes(path, "mode"), err;
end

-- The list of uploads goes last: with it, whose the files were would be forgotten.
local function erase_uploads(address, slots)
	for _, slot in ipairs(slots) do
		local path = datamanager.getpath(slot, upload_host, upload_module, "bin");
		for _, file in ipairs({ path, path.."~" }) do
			local ok, err = removed(file);
			if not ok then
				return err;
			end
		end
	end
	local ok, err = uploads():delete(nil, { with = address });
	if not ok then
		return tostring(err);
	end
end

local function erase_data(username, host)
	for _, files in pairs(data_of(username, host)) do
		for _, file in ipairs(files) do
			local ok, err = removed(file);
			if not ok then
				return err;
			end
		end
	end
end

-- Other modules end sessions, tell contacts, and forget what they hold in memory.
local function erase(address, slots)
	local username, host = jid.prepped_split(address);
	end_sessions(username, host, "Account deleted");
	if rawget(prosody.hosts, host) then
		prosody.events.fire_event("user-deleted", { username = username, host = host });
	end
	return erase_data(username, host) or erase_uploads(address, slots);
end

-- Requests --------------------------------------------------------------------------------------------------------------

local actions = {};

function actions.generation()
	-- before all is done it is not in effect
	return { generation = not queue[1] and module:context("*"):get_option_number("hosting_generation") or nil };
end

-- Whether files are Lua at all; they are not run.
function actions.check(request)
	for name in lfs.dir(request.directory) do
		if name:match("%.conf$") then
			local chunk, err = envloadfile(request.directory.."/"..name, {});
			if not chunk then
				return { problem = tostring(err) };
			end
		end
	end
	return {};
end

function actions.reload()
	touched = {};
	local ok, level, err = configmanager.load(prosody.config_file);
	-- The files that Prosody has included stay open until its memory is tidied up: one for each domain, each time.
	collectgarbage();
	if not ok then
		return { problem = tostring(err or level) };
	end
	if read_certificates() then
		prosody.reload_config();
		collectgarbage();
	else
		follow_configuration();
	end
	return {};
end

function actions.progress()
	if queue[1] then
		return { left = #queue };
	end
	return { left = 0, problems = problems() };
end

function actions.look(request)
	local wanted, accounts, hosts = {}, {}, {};
	for _, address in ipairs(request.accounts) do
		wanted[address] = true;
	end
	local slots = next(wanted) and uploads_of(wanted) or {};
	for address in pairs(wanted) do
		local username, host = jid.prepped_split(address);
		local stores = {};
		for store in pairs(data_of(username, host)) do
			table.insert(stores, store);
		end
		accounts[address] = {
			sessions = number_of(sessions_of(username, host)),
			stores = stores,
			uploads = #(slots[address] or {}),
		};
	end
	for host in pairs(prosody.hosts) do
		table.insert(hosts, host);
	end
	return { accounts = accounts, hosts = hosts };
end

actions["end"] = function (request)
	for _, address in ipairs(request.accounts) do
		local username, host = jid.prepped_split(address);
		end_sessions(username, host, "Account suspended");
	end
	return {};
end

function actions.erase(request)
	local wanted, failed = {}, {};
	for _, address in ipairs(request.accounts) do
		wanted[address] = true;
	end
	local slots = uploads_of(wanted);
	for _, address in ipairs(request.accounts) do
		local ok, err = pcall(erase, address, slots[address] or {});
		failed[address] = not ok and tostring(err) or err or nil;
	end
	if next(slots) then
		-- it remembers names of files, and who has uploaded how much
		modulemanager.reload(upload_host, upload_module);
	end
	return { failed = failed };
end

local function answer(line)
	local request = json.decode(line);
	local action = type(request) == "table" and actions[request["do"]];
	if not action then
		return { error = "there is no such request" };
	end
	local ok, result = pcall(action, request);
	return ok and result or { error = tostring(result) };
end

-- The socket ------------------------------------------------------------------------------------------------------------

local buffers = {};
local listeners = {};
local socket, connection;

local runner = async.runner(function (event)
	event.conn:write(json.encode(answer(event.line)).."\n");
	event.conn:close();
end);

function listeners.onconnect(conn)
	buffers[conn] = "";
end

function listeners.onincoming(conn, data)
	local text = (buffers[conn] or "")..data;
	local line = text:match("^(.-)\n");
	if line then
		buffers[conn] = "";
		runner:run({ conn = conn, line = line });
	elseif #text > request_limit then
		conn:close();
	else
		buffers[conn] = text;
	end
end

function listeners.ondisconnect(conn)
	buffers[conn] = nil;
end

function module.load()
	socket = (type(unix) == "function" and unix or unix.stream)();
	socket:settimeout(0);
	os.remove(socket_path);
	local before = pposix.umask("177");
	local ok, err = socket:bind(socket_path);
	pposix.umask(before);
	assert(ok, err);
	assert(socket:listen());
	connection = server.wrapserver(socket, socket_path, 0, listeners);
end

function module.unload()
	connection:close();
	os.remove(socket_path);
end
