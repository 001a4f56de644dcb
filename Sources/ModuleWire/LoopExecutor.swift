import NIOCore

/// Runs a request's task on the thread of its connection, which spares it two changes of thread.
///
/// A module that computes keeps that thread from its own connection only, as long as there are no more connections than
/// threads (``ModuleServer``).
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
