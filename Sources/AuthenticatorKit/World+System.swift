import AccessModel
import Foundation

extension World {
  /// The real clock and the system's generator: the only place that reads either.
  package static let system = World(
    now: {
      var time = timespec()
      unsafe clock_gettime(CLOCK_REALTIME, &time)
      return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    },
    random: { count in
      var generator = SystemRandomNumberGenerator()
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count)
      while bytes.count < count {
        // Eight bytes at a time: each call is one to the system.
        var word = generator.next()
        for _ in 0..<min(8, count - bytes.count) {
          bytes.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
        }
      }
      return bytes
    })
}
