-- Posts the bodies of a file, a line each, in turn; prints what came of it as JSON.
-- wrk -s wrk.lua URL -- FILE PATH TOKEN
local requests, next_one, errors = {}, 0, 0
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(arguments)
    local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. arguments[3]}
    for body in io.lines(arguments[1]) do
        table.insert(requests, wrk.format("POST", arguments[2], headers, body))
    end
end

function request()
    next_one = next_one % #requests + 1
    return requests[next_one]
end

function done(summary, latency, _)
    local e = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "errors": %d, "p50_ms": %.4f, "p99_ms": %.4f, "most_ms": %.4f}\n',
        summary.requests, summary.duration / 1e6,
        e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
