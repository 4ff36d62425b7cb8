package io.ktizo.core.event;

/**
 * Acts on events.
 *
 * <p>It is called at least once for each event, outside any transaction, by any instance; events
 * about one thing come one after the other in the order of their commits, events about different
 * things at the same time. A second call with the same {@link Event#id} must change nothing more.
 * Types that it does not know are none of its business and are to be let pass.
 *
 * <p>It returns when the work is safely done. Whatever it throws means "not done": the event is
 * delivered again later. It must be done well before the lease ends ({@link DeliveryRules#lease}).
 */
@FunctionalInterface
public interface Receiver {
  /**
   * Acts on an event.
   *
   * @throws Exception if it could not; only the class is kept, never the message
   */
  void receive(Event event) throws Exception;
}
