-- Posts the lines of a file as forms, in turn; each thread has lines of its own, so that nobody logs in twice at once.
require("report")

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  local step = tonumber(arguments[2])
  forms, position = {}, 0
  local line = 0
  for form in io.lines(arguments[1]) do
    if line % step == number then forms[#forms + 1] = form end
    line = line + 1
  end
end

function request()
  position = position % #forms + 1
  return wrk.format(nil, nil, nil, forms[position])
end
