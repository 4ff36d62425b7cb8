package io.ktizo.server.config;

/** By which header fields a proxy tells about the client. */
public enum ProxyHeaders {
  /** {@code X-Forwarded-For} and {@code X-Forwarded-Proto}. */
  X_FORWARDED,
  /** {@code Forwarded} (RFC 7239). */
  FORWARDED
}
