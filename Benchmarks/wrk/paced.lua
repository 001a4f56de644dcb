-- A load that leaves room: each connection waits a little between two requests.
require("report")

function init(arguments)
  pause = tonumber(arguments[1])
end

function delay()
  return pause
end
