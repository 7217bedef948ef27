-- The requests of wrk, as REST or as GraphQL for PostGraphile 4 or 5, and the checks of responses.
--
-- Arguments: the file of users (a number and a token a line), the dialect (`rest`, `graphql4` or
-- `graphql5`), the workload, a seed, the mode, and the cursor of the workload `page`.
--
-- The mode `check` compares every response with the user who sent the request. wrk does not say to which
-- request a response belongs, so this mode needs one connection per thread. It slows wrk down, so a run in
-- this mode is not measured. The mode `refusals` counts as wrong each response that is neither a success
-- nor a 503 with `Retry-After`. The mode `patient` does the same, and waits as long as that header says.
-- wrk does not say which connection was refused, so another one may wait instead, but as many wait.

local USER_ID, TASK_ID = "RowlockBenchmarkUserNumber", "01900000-0000-7000-8000-"
local REACH, PAGE = 50, 50
local FIELDS = "title description completed completed_at: completedAt"
    .. " created_at: createdAt updated_at: updatedAt version"
local DESCRIPTION = string.rep("As agreed on the phone. ", 5)

local threads, users, place, current, action, expected = {}, {}, 0, nil, nil, nil
local dialect, workload, cursor
wrong, first_wrong = 0, ""

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

-- Each function returns method, path and body, for a user and one of the user's tasks.
local rest = {
    list = function() return "GET", "/api/tasks?limit=" .. PAGE end,
    page = function() return "GET", "/api/tasks?limit=" .. PAGE .. "&cursor=" .. cursor end,
    read = function(_, task) return "GET", "/api/tasks/" .. task end,
    create = function(_, _, text) return "POST", "/api/tasks", text end,
    update = function(_, task, text) return "PUT", "/api/tasks/" .. task, text end,
    toggle = function(_, task) return "PATCH", "/api/tasks/" .. task .. "/complete" end,
}

local function query(text, variables)
    return "POST", "/graphql", '{"query":"' .. text .. '","variables":' .. variables .. "}"
end

local VARIABLES = "$userId:String!,$id:UUID!"

-- PostGraphile's names of a column `id`: as an argument or a field, in an order, and in a name.
local function graphql_of(key, order, suffix)
    local one = "userId:$userId," .. key .. ":$id"
    local fields = "{id:" .. key .. " " .. FIELDS .. "}"
    local list = "query($n:Int!){allTasks(first:$n,orderBy:[CREATED_AT_DESC," .. order
        .. "_DESC]){nodes" .. fields .. "}}"
    local read = "query(" .. VARIABLES .. "){taskByUserIdAnd" .. suffix .. "(" .. one .. ")"
        .. fields .. "}"
    local create = "mutation($task:TaskInput!){createTask(input:{task:$task}){task" .. fields .. "}}"
    local update = "mutation(" .. VARIABLES .. ",$text:TaskPatch!){updateTaskByUserIdAnd" .. suffix
        .. "(input:{" .. one .. ",taskPatch:$text}){task" .. fields .. "}}"
    return {
        list = function() return query(list, '{"n":' .. PAGE .. "}") end,
        read = function(user, task)
            return query(read, string.format('{"userId":"%s","id":"%s"}', user, task))
        end,
        create = function(_, _, text) return query(create, '{"task":' .. text .. "}") end,
        update = function(user, task, text)
            return query(update,
                string.format('{"userId":"%s","id":"%s","text":%s}', user, task, text))
        end,
    }
end

local dialects = {
    rest = rest,
    graphql4 = graphql_of("id", "ID", "Id"),
    graphql5 = graphql_of("rowId", "ROW_ID", "RowId"), -- its own `id` is Relay's identifier
}

local function mixed()
    local dice = math.random(100)
    return dice <= 45 and "list" or dice <= 90 and "read" or dice <= 95 and "create" or "update"
end

local function check(status, _, body)
    local titles, strangers = 0, 0
    for number in body:gmatch('"u(%d+) ') do
        titles = titles + 1
        if number ~= current.number then strangers = strangers + 1 end
    end
    local created = dialect == "rest" and action == "create"
    if status ~= (created and 201 or 200) or titles ~= expected or strangers > 0 then
        wrong = wrong + 1
        if first_wrong == "" then
            first_wrong = string.format("user %s, %s: %d %s", current.number, action, status, body)
        end
    end
end

local waits = {}

local function wait()
    return table.remove(waits) or 0
end

local function check_refusal(status, headers, body)
    local after = tonumber(headers["retry-after"] or headers["Retry-After"])
    if status >= 400 and not (status == 503 and after and after > 0) then
        wrong = wrong + 1
        if first_wrong == "" then first_wrong = string.format("%d %s", status, body) end
    elseif after and delay then
        table.insert(waits, after * 1000)
    end
end

function init(args)
    dialect, workload, cursor = args[2], args[3], args[6]
    for line in io.lines(args[1]) do
        local number, token = line:match("(%d+) (%S+)")
        local headers = { ["Authorization"] = "Bearer " .. token }
        local with_body = { ["Content-Type"] = "application/json" }
        with_body["Authorization"] = headers["Authorization"]
        table.insert(users, { number = number, headers = headers, with_body = with_body })
    end
    -- Each run has its own seed, because an update with the same text would change nothing.
    math.randomseed(args[4] * 100 + number)
    place = math.random(#users) -- threads begin at different users
    if args[5] == "check" then response = check end
    if args[5] == "refusals" or args[5] == "patient" then response = check_refusal end
    if args[5] == "patient" then delay = wait end
end

function request()
    place = place % #users + 1
    current = users[place]
    action = workload == "mix" and mixed() or workload
    expected = (action == "list" or action == "page") and PAGE or 1
    local task = TASK_ID .. current.number .. (100000 + math.random(REACH))
    local text = string.format('{"title":"u%s call %d people","description":"%s"}',
        current.number, math.random(1000000), DESCRIPTION)
    local method, path, body = dialects[dialect][action](USER_ID .. current.number, task, text)
    return wrk.format(method, path, body and current.with_body or current.headers, body)
end

function done(summary, latency)
    local bad, example = 0, ""
    for _, thread in ipairs(threads) do
        bad = bad + thread:get("wrong")
        if example == "" then example = thread:get("first_wrong") end
    end
    local errors = summary.errors
    print(string.format("RESULT %d %d %d %d %d %d %d %d %d %d %s",
        summary.requests, summary.duration, summary.bytes, latency:percentile(50),
        latency:percentile(99), errors.status, errors.timeout,
        errors.connect + errors.read + errors.write, bad, latency.max,
        example:sub(1, 500):gsub("%s+", " ")))
end
