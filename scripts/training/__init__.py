"""What scripts/train_model.py is made of, in reading order: settings, tokenizer, pieces, corpus, translator,
batches, trainer, export, report.
"""
